import type { DuckDBConnection } from '@duckdb/node-api'
import type { TimeRange } from '@weir/contract/queries.ts'
import { epochMs, MINUTE_MS, type Millis, minute } from '@weir/contract/units.ts'
import type { Decision, Promotion, WatchedStep } from '../flow-store.ts'
import type { Layout } from './layout.ts'
import { DAY_MINUTES, decisionsTable, HOUR_MINUTES, promotionsTable } from './partitions.ts'
import { texts } from './rows.ts'
import { createDecisions, createPromotions } from './schema.ts'
import { appendTimed, daysIn, newest } from './timed-rows.ts'

/** Who counted what. */

/** Within the connection's transaction; returns the tables that were made. */
export async function appendDecisions(connection: DuckDBConnection, decisions: readonly Decision[]): Promise<string[]> {
  const tableOf = (one: Decision) => decisionsTable(Math.floor(one.minute / DAY_MINUTES))
  return appendTimed(connection, decisions, tableOf, createDecisions, (to, one) => {
    to.appendVarchar(one.cluster)
    to.appendVarchar(one.node)
    to.appendInteger(one.minute)
    to.appendVarchar(one.counted)
    to.appendBigInt(BigInt(one.primaryBytes))
    to.appendBigInt(BigInt(one.witnessBytes))
    to.appendBigInt(BigInt(one.promotedBytes))
    to.appendBigInt(BigInt(one.supersededBytes))
  })
}

/** Within the connection's transaction; returns the tables that were made. */
export async function appendPromotions(
  connection: DuckDBConnection,
  promotions: readonly Promotion[],
): Promise<string[]> {
  const tableOf = (one: Promotion) => promotionsTable(Math.floor(one.minute / HOUR_MINUTES))
  return appendTimed(connection, promotions, tableOf, createPromotions, (to, one) => {
    to.appendVarchar(one.cluster)
    to.appendVarchar(one.node)
    to.appendInteger(one.minute)
    to.appendVarchar(one.near)
    to.appendVarchar(one.far)
    to.appendBigInt(BigInt(one.bytesToResponder))
    to.appendBigInt(BigInt(one.bytesToInitiator))
  })
}

export async function readDecisions(
  connection: DuckDBConnection,
  range: TimeRange,
  layout: Layout,
): Promise<Decision[]> {
  const { days, where } = daysIn(range, layout.all('decisions'))
  const decisions: Decision[] = []
  for (const day of days) {
    const rows = await texts(
      connection,
      `SELECT * FROM ${decisionsTable(day)} WHERE ${where} ${newest('cluster, node, minute')} ORDER BY minute, cluster, node`,
    )
    for (const [cluster = '', node = '', at, counted, primary, witness, promoted, superseded] of rows)
      decisions.push({
        cluster,
        node,
        minute: minute(Number(at)),
        counted: counted === 'witness' ? 'witness' : 'primary',
        primaryBytes: Number(primary),
        witnessBytes: Number(witness),
        promotedBytes: Number(promoted),
        supersededBytes: Number(superseded),
      })
  }
  return decisions
}

/**
 * A minute that was given away gets another line with every late batch; one that its node watched whole has one. Telling
 * only the former apart takes a tenth of the time.
 */
export async function readWatched(
  connection: DuckDBConnection,
  range: TimeRange,
  stepMs: Millis,
  layout: Layout,
): Promise<WatchedStep[]> {
  const { days, where } = daysIn(range, layout.all('decisions'))
  const step = `minute // ${stepMs / MINUTE_MS}`
  const watched = new Map<string, WatchedStep>()
  for (const day of days) {
    const rows = await texts(
      connection,
      `SELECT cluster, ${step} AS step, count(*), count(*) FILTER (counted = 'primary') FROM (
         SELECT cluster, minute, counted FROM ${decisionsTable(day)} WHERE counted = 'primary'
         UNION ALL SELECT DISTINCT ON (cluster, node, minute) cluster, minute, counted
         FROM ${decisionsTable(day)} WHERE counted = 'witness')
       WHERE ${where} GROUP BY ALL ORDER BY step, cluster`,
    )
    for (const [cluster = '', at = '', lines, primary] of rows) {
      const key = `${at} ${cluster}`
      const known = watched.get(key) // a step that lies in two days
      watched.set(key, {
        cluster,
        at: epochMs(Number(at) * stepMs),
        nodeMinutes: Number(lines) + (known?.nodeMinutes ?? 0),
        watchedMinutes: Number(primary) + (known?.watchedMinutes ?? 0),
      })
    }
  }
  return [...watched.values()]
}

/** Promotions with something left to be set off. */
export async function readPromotions(connection: DuckDBConnection, layout: Layout): Promise<Promotion[]> {
  const promotions: Promotion[] = []
  for (const hour of layout.all('promotions')) {
    const rows = await texts(
      connection,
      `SELECT * FROM (SELECT * FROM ${promotionsTable(hour)} ${newest('cluster, node, minute, near, far')})
       WHERE bytes_to_responder <> 0 OR bytes_to_initiator <> 0`,
    )
    for (const [cluster = '', node = '', at, near = '', far = '', toResponder, toInitiator] of rows)
      promotions.push({
        cluster,
        node,
        minute: minute(Number(at)),
        near,
        far,
        bytesToResponder: Number(toResponder),
        bytesToInitiator: Number(toInitiator),
      })
  }
  return promotions
}
