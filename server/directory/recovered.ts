import type { Label, Peer, Workload } from '@weir/contract/peers.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { Alike } from './alike.ts'
import type { DeclaredPort } from './listing.ts'
import { type JournalRecord, labelOf } from './records.ts'

/** Of a whole journal, while it is read. */
const ALL = Number.POSITIVE_INFINITY

/** In a journal each record is a text of its own: what its records have alike is made one object again. */
export class Recovered {
  readonly #texts = new Alike<string>(ALL)
  readonly #workloads = new Alike<Workload>(ALL)
  readonly #zones = new Alike<Zone>(ALL)
  readonly #ports = new Alike<readonly DeclaredPort[]>(ALL)

  /** The same record. */
  of(record: JournalRecord): JournalRecord {
    if (record.kind === 'label') {
      const { owner, label, ports } = record
      return { ...record, owner: this.#texts.of(owner), label: this.#label(label), ports: this.#ports.of(ports) }
    }
    if (record.kind !== 'backend') return record
    const { owner, address, service, ports, from, to } = record.backend
    const backend = {
      owner: this.#texts.of(owner),
      address: this.#texts.of(address),
      service: this.#texts.of(service),
      ports: this.#ports.of(ports),
      from,
      to,
    }
    return { ...record, backend }
  }

  #label({ id, address, port, peer, node, zone, from, to }: Label): Label {
    return labelOf({
      ...{ id, port, from, to },
      address: this.#texts.of(address),
      peer: this.#peer(peer),
      node: node && this.#texts.of(node),
      zone: zone && this.#zones.of(zone),
    })
  }

  #peer(peer: Peer): Peer {
    if (peer.kind !== 'pod') return peer
    const { kind, namespace, name, workload, hostNetwork } = peer
    return {
      kind,
      namespace: this.#texts.of(namespace),
      name,
      workload: this.#workloads.of(workload),
      hostNetwork,
    }
  }
}
