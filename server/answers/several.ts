import type { SeveralServices } from '@weir/contract/queries.ts'
import type { SeriesSums } from '../store/flow-store.ts'
import type { SeriesId, SeriesKey } from '../store/series.ts'
import { severalOf } from '../store/several-services.ts'
import type { SeriesCatalogue } from './catalogue.ts'
import { workloadEnd } from './ends.ts'

/** So many responders are named, those with the most bytes. */
const NAMED = 20

export const noneClaimed: SeveralServices = { bytes: 0, responders: [], more: 0 }

/** Counted bytes of which it is not known for which Service they are, because several answer at the responder's port. */
export function claimedBySeveral(
  sums: readonly SeriesSums[],
  catalogue: SeriesCatalogue,
  match: Uint8Array | undefined,
): SeveralServices {
  const claimed = catalogue.claimedBySeveral
  if (claimed.size === 0) return noneClaimed
  const bytesOf = new Map<SeriesId, number>()
  for (const rows of sums)
    for (let row = 0; row < rows.count; row++) {
      const series = rows.series[row] ?? 0
      if (!claimed.has(series) || (match !== undefined && match[series] !== 1)) continue
      const bytes = (rows.bytesToResponder[row] ?? 0) + (rows.bytesToInitiator[row] ?? 0)
      bytesOf.set(series, (bytesOf.get(series) ?? 0) + bytes)
    }
  const byResponder = new Map<string, SeveralServices['responders'][number]>()
  let all = 0
  for (const [series, bytes] of bytesOf) {
    const key = catalogue.key(series)
    const [responder, services] = [responderName(key), severalOf(key)]
    const text = `${responder} ${services}`
    byResponder.set(text, { responder, services, bytes: bytes + (byResponder.get(text)?.bytes ?? 0) })
    all += bytes
  }
  const responders = [...byResponder.values()].filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes)
  return { bytes: all, responders: responders.slice(0, NAMED), more: Math.max(0, responders.length - NAMED) }
}

function responderName(key: SeriesKey): string {
  const { cluster, namespace, name } = workloadEnd(key.responder, key.responderCluster)
  return `${cluster === undefined ? '' : `${cluster}: `}${namespace === '' ? '' : `${namespace}/`}${name}`
}
