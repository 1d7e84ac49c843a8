import { epochMs } from '@weir/contract/units.ts'
import { zoneKey } from '@weir/contract/zones.ts'
import { EmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import type { SeriesKey } from '../../../server/store/series.ts'
import { aChange, type FactRow, factColumns } from '../../contracts/store-samples.ts'
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
 * last two hours, rolled up as a server would have done it. Returns how many facts.
 */
export async function writeHistory(directory: string, keys: readonly SeriesKey[], days: number): Promise<number> {
  const store = new EmbeddedStore({ directory, onBroken: raise, commitEveryMs: 0 })
  await store.start()
  const ids = keys.map(key => store.seriesId(key))
  const now = Math.floor(Date.now() / 60_000)
  let facts = 0
  const commitMinute = async (minute: number) => {
    const rows = ids.map((id, i): FactRow => [minute, id, 1_000 + ((i * 7_919 + minute) % 100_000)])
    await store.commit(aChange({ facts: [factColumns(rows)] }))
    facts += rows.length
  }
  const [first, last] = [Math.floor(now / 60) - days * 24, Math.floor(now / 60) - 2]
  for (let hour = first; hour < last; hour++) {
    await commitMinute(hour * 60 + 30)
    if (hour % 24 === 0) await store.maintain(epochMs(hour * 3_600_000))
  }
  for (let minute = last * 60; minute < now; minute++) await commitMinute(minute)
  await store.maintain(epochMs(now * 60_000))
  await store.stop()
  return facts
}

function raise(error: Error): never {
  throw error
}
