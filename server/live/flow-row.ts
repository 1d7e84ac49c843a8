import { dialledAs, legs, NONE, roles } from '@weir/contract/agent-wire.ts'
import type { FlowEnd, FlowRow } from '@weir/contract/queries.ts'
import { endName } from '../answers/ends.ts'
import type { FilterTexts } from '../answers/filter.ts'
import { crossingOf, type Place, placeLabel, placeNames } from '../answers/places.ts'
import type { ZoneBook } from '../answers/zone-book.ts'
import type { Directory, Placed } from '../directory/directory.ts'
import { seriesEnd } from '../ingest/ends.ts'
import type { CountedBatch } from '../ingest/feed.ts'

/** Where Services are looked up: the directory. */
export type ServiceSource = Pick<Directory, 'service' | 'servicesBehind'>

/** One row of a batch as people read it, and the texts a filter looks at. `row` is below the batch's count. */
export function flowOf(
  { cluster, batch, window, node, placedAt }: CountedBatch,
  row: number,
  book: ZoneBook,
  services: ServiceSource,
): { readonly flow: FlowRow; readonly texts: FilterTexts } {
  const { rows } = batch
  const at = (column: { readonly [row: number]: number }) => column[row] ?? 0
  const [first, last, via] = [at(rows.initiator), at(rows.responder), at(rows.via)]
  const leg = legs[at(rows.leg)] ?? 'direct'
  const near = placeOf(placedAt(leg === 'second' ? via : first))
  const far = placeOf(placedAt(leg === 'first' ? via : last))
  const end = (index: number) => endOf(batch.ends[index], placedAt(index), book)
  const serviceId = batch.services[at(rows.service)]
  const answering = placedAt(last)?.cluster ?? cluster
  // As ingest does it: the Service that was dialled, else the one the responder answers for.
  const service =
    serviceId === undefined
      ? onlyOne(services.servicesBehind(answering, end(last).address, at(rows.port), at(rows.protocol), window.from))
      : services.service(serviceId)
  const flow: FlowRow = {
    from: window.from,
    to: window.to,
    node,
    role: roles[at(rows.role)] ?? 'primary',
    leg,
    dialled: dialledAs[at(rows.dialled)] ?? 'direct',
    protocol: at(rows.protocol),
    port: at(rows.port),
    initiator: end(first),
    responder: end(last),
    via: via === NONE ? null : end(via),
    service: service === undefined ? null : { namespace: service.namespace, name: service.name },
    ...crossingOf(near, far, book),
    bytesToResponder: at(rows.bytesToResponder),
    bytesToInitiator: at(rows.bytesToInitiator),
    wireToResponder: at(rows.wireToResponder),
    wireToInitiator: at(rows.wireToInitiator),
    connections: at(rows.connections),
  }
  return { flow, texts: textsOf([cluster, answering], flow, [placeNames(near, book), placeNames(far, book)]) }
}

const onlyOne = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined)

function endOf(end: number | string | undefined, placed: Placed | undefined, book: ZoneBook): FlowEnd {
  return {
    address: placed?.label?.address ?? (typeof end === 'string' ? end : ''),
    peer: placed?.peer ?? { kind: 'unplaced', reason: 'never listed' },
    zone: placed?.zone === undefined ? null : placeLabel({ kind: 'zone', zone: placed.zone }, book),
  }
}

function placeOf(placed: Placed | undefined): Place {
  if (placed?.peer.kind === 'internet') return { kind: 'internet' }
  if (placed?.zone !== undefined) return { kind: 'zone', zone: placed.zone }
  const unplaced = placed === undefined || placed.peer.kind === 'unplaced'
  return { kind: 'nowhere', why: unplaced ? 'end unplaced' : 'zone not known' }
}

function textsOf(clusters: readonly string[], flow: FlowRow, zone: FilterTexts['zone']): FilterTexts {
  const initiator = seriesEnd(flow.initiator.peer, undefined)
  const workload = seriesEnd(flow.responder.peer, undefined)
  const responder = flow.service ?? { namespace: workload.namespace, name: endName(workload) }
  return {
    cluster: [clusters],
    namespace: [[initiator.namespace], [responder.namespace]],
    initiatorNamespace: [[initiator.namespace]],
    responderNamespace: [[responder.namespace]],
    initiator: [[endName(initiator)]],
    responder: [[responder.name]],
    zone,
    crossing: [[flow.crossing]],
  }
}
