import type { DuckDBConnection } from '@duckdb/node-api'
import type { TimeRange } from '@weir/contract/queries.ts'
import { epochMs, MINUTE_MS, type Minute, minute } from '@weir/contract/units.ts'
import type { AuditHour, AuditSums, Compared, ObjectMark } from '../flow-store.ts'
import type { Layout } from './layout.ts'
import { auditTable, comparedTable, DAY_MINUTES, decisionsTable, HOUR_MINUTES } from './partitions.ts'
import { appendRows, numbers, quoted, texts } from './rows.ts'
import { createAudit, createCompared } from './schema.ts'
import { appendTimed, daysIn, newest } from './timed-rows.ts'

/** What is kept for flow logs beside their facts: objects read, pairs compared with agents, bytes per node. */

/** Within the connection's transaction. */
export async function appendObjects(connection: DuckDBConnection, marks: readonly ObjectMark[]): Promise<void> {
  if (marks.length === 0) return
  await appendRows(connection, 'flow_log_objects', marks, (to, { object, records, isDone }) => {
    to.appendVarchar(object)
    to.appendBigInt(BigInt(records))
    to.appendBoolean(isDone)
  })
}

// Progress of an object only grows: its largest values are its newest.
const PROGRESS = 'SELECT object, max(records) AS records, bool_or(is_done) AS is_done FROM flow_log_objects'

export async function readObjects(connection: DuckDBConnection, names: readonly string[]): Promise<ObjectMark[]> {
  if (names.length === 0) return []
  const wanted = names.map(quoted).join(', ')
  const rows = await texts(connection, `${PROGRESS} WHERE object IN (${wanted}) GROUP BY object`)
  return rows.map(([object = '', records, isDone]) => ({
    object,
    records: Number(records),
    isDone: isDone === 'true',
  }))
}

export async function hasObjects(connection: DuckDBConnection): Promise<boolean> {
  return (await numbers(connection, 'SELECT 1 FROM flow_log_objects LIMIT 1')).length > 0
}

/** One row an object, within the connection's transaction. */
export async function rewriteObjects(connection: DuckDBConnection): Promise<void> {
  await connection.run(`CREATE TEMP TABLE progress_of_objects AS ${PROGRESS} GROUP BY object`)
  await connection.run('DELETE FROM flow_log_objects')
  await connection.run('INSERT INTO flow_log_objects SELECT * FROM progress_of_objects')
  await connection.run('DROP TABLE progress_of_objects')
}

/** Within the connection's transaction; returns the tables that were made. */
export async function appendCompared(connection: DuckDBConnection, compared: readonly Compared[]): Promise<string[]> {
  const tableOf = (one: Compared) => comparedTable(Math.floor(one.minute / HOUR_MINUTES))
  return appendTimed(connection, compared, tableOf, createCompared, (to, row) => {
    to.appendVarchar(row.cluster)
    to.appendInteger(row.minute)
    to.appendVarchar(row.one)
    to.appendVarchar(row.other)
    for (const name of comparedAmounts) to.appendBigInt(BigInt(row[name]))
  })
}

const comparedAmounts = [
  'agentsToOther',
  'agentsToOne',
  'sentToOther',
  'sentToOne',
  'receivedToOther',
  'receivedToOne',
] as const satisfies readonly (keyof Compared)[]

export async function readCompared(connection: DuckDBConnection, layout: Layout): Promise<Compared[]> {
  const compared: Compared[] = []
  for (const hour of layout.all('compared')) {
    const rows = `SELECT * FROM ${comparedTable(hour)} ${newest('cluster, minute, one, other')}`
    for (const row of await texts(connection, rows)) {
      const [cluster = '', at, one = '', other = '', ...amounts] = row
      const [toOther, toOne, sentToOther, sentToOne, receivedToOther, receivedToOne] = amounts.map(Number)
      compared.push({
        ...{ cluster, minute: minute(Number(at)), one, other },
        ...{ agentsToOther: toOther ?? 0, agentsToOne: toOne ?? 0 },
        ...{ sentToOther: sentToOther ?? 0, sentToOne: sentToOne ?? 0 },
        ...{ receivedToOther: receivedToOther ?? 0, receivedToOne: receivedToOne ?? 0 },
      })
    }
  }
  return compared
}

/** Within the connection's transaction; returns the tables that were made. */
export async function appendAudit(connection: DuckDBConnection, audit: readonly AuditSums[]): Promise<string[]> {
  const tableOf = (one: AuditSums) => auditTable(Math.floor(one.minute / DAY_MINUTES))
  return appendTimed(connection, audit, tableOf, createAudit, (to, row) => {
    to.appendVarchar(row.cluster)
    to.appendVarchar(row.node)
    to.appendInteger(row.minute)
    for (const name of auditAmounts) to.appendBigInt(BigInt(row[name]))
  })
}

const auditAmounts = [
  'agentBytes',
  'agentWireBytes',
  'flowLogBytes',
  'smallerBytes',
  'largerBytes',
] as const satisfies readonly (keyof AuditSums)[]

/** By minute first: only minutes that both counted can be compared. */
const AUDIT_HOURS = `SELECT cluster, node, minute // ${HOUR_MINUTES}, count(*) FILTER (both_counted),
    sum(agent) FILTER (both_counted), sum(wire) FILTER (both_counted), sum(logs) FILTER (both_counted),
    sum(smaller), sum(larger)
  FROM (SELECT *, agent > 0 AND logs > 0 AS both_counted FROM (
    SELECT cluster, node, minute, sum(agent_bytes) AS agent, sum(agent_wire_bytes) AS wire,
      sum(flow_log_bytes) AS logs, sum(smaller_bytes) AS smaller, sum(larger_bytes) AS larger`

export async function readAudit(connection: DuckDBConnection, range: TimeRange, layout: Layout): Promise<AuditHour[]> {
  const { days, where } = daysIn(range, layout.all('audit'))
  const hours: AuditHour[] = []
  for (const day of days) {
    const rows = await texts(
      connection,
      `${AUDIT_HOURS} FROM ${auditTable(day)} WHERE ${where}
        GROUP BY cluster, node, minute)) GROUP BY 1, 2, 3 ORDER BY 3, 1, 2`,
    )
    for (const [cluster = '', node = '', ...amounts] of rows) {
      const [hour = 0, minutes = 0, agentBytes = 0, agentWireBytes = 0, flowLogBytes = 0] = amounts.map(Number)
      const [smallerBytes = 0, largerBytes = 0] = amounts.slice(5).map(Number)
      hours.push({
        ...{ cluster, node, hour: epochMs(hour * HOUR_MINUTES * MINUTE_MS), minutes },
        ...{ agentBytes, agentWireBytes, flowLogBytes, smallerBytes, largerBytes },
      })
    }
  }
  return hours
}

/** Within the connection's transaction. */
export async function setWatchedFrom(connection: DuckDBConnection, from: Minute): Promise<void> {
  await connection.run(`UPDATE watched SET from_minute = ${from}`)
}

/** Data of before this was kept say it by their oldest decision. */
export async function readWatchedFrom(connection: DuckDBConnection, layout: Layout): Promise<Minute | null> {
  const [[kept = -1] = []] = await numbers(connection, 'SELECT coalesce(from_minute, -1) FROM watched')
  if (kept >= 0) return minute(kept)
  const [first] = layout.all('decisions')
  if (first === undefined) return null
  const [[oldest = -1] = []] = await numbers(
    connection,
    `SELECT coalesce(min(minute), -1) FROM ${decisionsTable(first)}`,
  )
  return oldest < 0 ? null : minute(oldest)
}
