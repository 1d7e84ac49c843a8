import type { ServiceEntry } from '@weir/contract/directory-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { ListedService } from './listing.ts'
import { graceBefore, later, type Moments } from './moments.ts'
import type { ServiceRecord, Services } from './services.ts'

/** History of a Service that is told to agents: no window in a spool is older than so many changes. */
const MOST_GENERATIONS = 100

/** What has to be written down of the Service of a listed thing; undefined where nothing changed. */
export function serviceRecord(
  { services }: { readonly services: Services },
  owner: string,
  listed: ListedService | undefined,
  { at, endAt }: Moments,
  ids: { service(): number },
): ServiceRecord | undefined {
  const known = services.openOf(owner)
  if (listed === undefined) return known && { ...known, entry: { ...known.entry, to: later(known.from, endAt) } }
  if (known === undefined) {
    const last = services.lastGeneration(listed.namespace, listed.name)
    const from = last > 0 ? at : (listed.since ?? graceBefore(at))
    return recordOf(owner, ids.service(), listed, from, [{ generation: last + 1, from }])
  }
  const next = recordOf(owner, known.entry.id, listed, known.from, generations(known, listed, at))
  return JSON.stringify(next) === JSON.stringify(known) ? undefined : next
}

/** A new routing is a new generation. */
function generations(
  { entry, routing }: ServiceRecord,
  listed: ListedService,
  at: EpochMs,
): ServiceEntry['generations'] {
  if (routing === listed.routing) return entry.generations
  const last = entry.generations.at(-1)?.generation ?? 0
  return [...entry.generations, { generation: last + 1, from: at }].slice(-MOST_GENERATIONS)
}

function recordOf(
  owner: string,
  id: number,
  { namespace, name, addresses, sharedAddresses = [], ports, routing }: ListedService,
  from: EpochMs,
  history: ServiceEntry['generations'],
): ServiceRecord {
  const all = [...addresses, ...sharedAddresses]
  return { owner, entry: { id, namespace, name, addresses: all, ports, generations: history, to: null }, from, routing }
}
