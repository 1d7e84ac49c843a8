import type { DuckDBConnection } from '@duckdb/node-api'
import { minute } from '@weir/contract/units.ts'
import type { Claim } from '../flow-store.ts'
import { appendRows, texts } from './rows.ts'

/** Which flow log of an interface counts, when: rows that are joined now and then. */

/** Within the connection's transaction. */
export async function appendClaims(connection: DuckDBConnection, claims: readonly Claim[]): Promise<void> {
  if (claims.length === 0) return
  await appendRows(connection, 'flow_log_claims', claims, (to, one) => {
    to.appendVarchar(one.interface)
    to.appendVarchar(one.flowLog)
    to.appendInteger(one.from)
    to.appendInteger(one.to)
  })
}

/** Claims of one flow log that follow upon each other, with no other's between, as one. */
const JOINED = `SELECT interface, flow_log, min(from_minute) AS from_minute, max(to_minute) AS to_minute FROM (
    SELECT *, sum(begins) OVER (PARTITION BY interface ORDER BY from_minute ROWS UNBOUNDED PRECEDING) AS span FROM (
      SELECT *, CAST(lag(flow_log) OVER line IS DISTINCT FROM flow_log
          OR lag(to_minute) OVER line <> from_minute AS INTEGER) AS begins
        FROM flow_log_claims WINDOW line AS (PARTITION BY interface ORDER BY from_minute)))
  GROUP BY interface, flow_log, span`

export async function readClaims(connection: DuckDBConnection): Promise<Claim[]> {
  const rows = await texts(connection, `SELECT * FROM (${JOINED}) ORDER BY interface, from_minute`)
  return rows.map(([name = '', flowLog = '', from, to]) => ({
    ...{ interface: name, flowLog },
    ...{ from: minute(Number(from)), to: minute(Number(to)) },
  }))
}

/** Within the connection's transaction. */
export async function rewriteClaims(connection: DuckDBConnection): Promise<void> {
  await connection.run(`CREATE TEMP TABLE joined_claims AS ${JOINED}`)
  await connection.run('DELETE FROM flow_log_claims')
  await connection.run('INSERT INTO flow_log_claims SELECT * FROM joined_claims')
  await connection.run('DROP TABLE joined_claims')
}
