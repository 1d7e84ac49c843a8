import { epochMs } from '@weir/contract/units.ts'
import { zoneKey } from '@weir/contract/zones.ts'
import { Database } from '../../../server/store/embedded/database.ts'
import { EmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { hoursTable, openTable } from '../../../server/store/embedded/partitions.ts'
import { createFacts } from '../../../server/store/embedded/schema.ts'
import type { SeriesKey } from '../../../server/store/series.ts'
import { aChange } from '../../contracts/store-samples.ts'
import { type BenchCluster, CLUSTER, zones } from './cluster.ts'

/** The series that the cluster's traffic makes: every workload's calls, between the zones both ends have pods in. */
export function seriesOf(cluster: BenchCluster): SeriesKey[] {
  const zonesOf = (workload: number) => [...new Set(cluster.podsOf(workload).map(pod => cluster.zoneOf(pod.node)))]
  const end = (workload: number, zone: number): SeriesKey['initiator'] => ({
    kind: 'pod',
    namespace: cluster.namespaceOf(workload),
    name: cluster.workloadName(workload),
    workloadKind: 'Deployment',
    zone: zoneKey({ ...zones[zone], region: 'eu-bench-1', account: '000000000000' }),
  })
  const keys: SeriesKey[] = []
  for (let from = 0; from < cluster.size.workloads; from++)
    for (const to of cluster.callees(from))
      for (const a of zonesOf(from))
        for (const b of zonesOf(to))
          keys.push({
            cluster: CLUSTER,
            initiator: end(from, a),
            responder: end(to, b),
            serviceNamespace: cluster.namespaceOf(to),
            serviceName: cluster.workloadName(to),
            dialled: 'cluster-ip',
            leg: 'direct',
            via: '',
            viaZone: '',
            protocol: 6,
            port: 80,
            generation: 0,
            basis: 'primary',
          })
  return keys
}

/**
 * Fills a folder with that many days until now: one fact per series and hour, and one per series and minute for the
 * last hours, which are not closed. The hours are written as a server would have left them, and the store then closes
 * their days itself: committing that many facts would take longer than the questions about them. Returns how many facts.
 */
export async function writeHistory(directory: string, keys: readonly SeriesKey[], days: number): Promise<number> {
  const options = { directory, onBroken: raise, commitEveryMs: 0 }
  const empty = new EmbeddedStore(options)
  await empty.start()
  for (const key of keys) empty.seriesId(key)
  await empty.commit(aChange({}))
  await empty.stop()

  const now = Math.floor(Date.now() / 60_000)
  const closed = Math.floor(now / 60) - OPEN_HOURS
  const facts = await writeTables(directory, keys.length, { from: closed - days * 24, closed, now })
  const store = new EmbeddedStore(options)
  await store.start()
  await store.maintain(epochMs(now * 60_000))
  await store.stop()
  return facts
}

const OPEN_HOURS = 1

/** @param times `from` and `closed` in hours, `now` in minutes since the epoch: whole hours, then minutes. */
async function writeTables(
  directory: string,
  series: number,
  { from, closed, now }: { readonly from: number; readonly closed: number; readonly now: number },
): Promise<number> {
  const database = await Database.open({ directory, memoryLimit: '512MB' })
  const connection = await database.connect()
  const fill = async (table: string, first: number, end: number) => {
    if (first >= end) return
    await connection.run(createFacts(table))
    // The factors are the shares of bytes, wire bytes and connections that one number stands for.
    const amounts = [1, 2, 3, 5].map(factor => `${factor} * amount`).join(', ')
    await connection.run(`INSERT INTO ${table} SELECT t, series, ${amounts}, amount % 7 FROM (
      SELECT times.range AS t, ids.range AS series, 1000 + (ids.range * 7919 + times.range) % 100000 AS amount
      FROM range(${first}, ${end}) AS times, range(${series}) AS ids)`)
  }
  for (let day = Math.floor(from / 24); day * 24 < closed; day++)
    await fill(hoursTable(day), Math.max(from, day * 24), Math.min(closed, (day + 1) * 24))
  for (let hour = closed; hour * 60 < now; hour++)
    await fill(openTable(hour), hour * 60, Math.min(now, (hour + 1) * 60))
  await connection.run(`UPDATE progress SET closed_hour = ${closed}, minutes_from = ${closed}`)
  connection.closeSync()
  database.close()
  return series * (closed - from + now - closed * 60)
}

function raise(error: Error): never {
  throw error
}
