import type { LabelAnswer } from '@weir/contract/directory-wire.ts'
import { holdsAt, type Label, type LabelId } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import type { Directory, Placed } from '../../../server/directory/directory.ts'

export const zoneOf = (letter: string): Zone => ({ name: `lab-1${letter}`, region: 'lab-1', account: '000000000000' })
export const FIRST_MOMENT = epochMs(0)

/** A directory held in one list of labels: two nodes in zone a, two in zone b, one pod each; cart answers in shop. */
export class TestTown implements Directory {
  readonly labels: Label[] = []

  constructor() {
    for (const [i, node] of ['a1', 'a2', 'b1', 'b2'].entries()) {
      const zone = zoneOf(node.slice(0, 1))
      this.add({ address: `10.20.0.${i + 1}`, peer: { kind: 'node', name: node }, node, zone })
      const workload = { kind: 'Deployment', name: `app-${node}` }
      const peer = { kind: 'pod', namespace: 'shop', name: `app-${node}-0`, workload, hostNetwork: false } as const
      this.add({ address: `10.244.${i + 1}.10`, peer, node, zone })
    }
  }

  add(label: Omit<Label, 'id' | 'from' | 'to'> & { from?: EpochMs; to?: EpochMs }): LabelId {
    const id = this.labels.length + 1
    this.labels.push({ from: FIRST_MOMENT, to: null, ...label, id })
    return id
  }

  place(_cluster: string, address: string, port: number, at: EpochMs): Placed {
    const here = this.labels.filter(label => label.address === address && holdsAt(label, at))
    const label = here.find(one => one.port === port) ?? here.find(one => one.port === undefined)
    if (label !== undefined) return this.#placed(label)
    const peer = address.startsWith('10.')
      ? ({ kind: 'unplaced', reason: 'never listed' } as const)
      : ({ kind: 'internet' } as const)
    return { peer, zone: undefined, node: undefined, label: undefined }
  }

  label(id: LabelId): Label | undefined {
    return this.labels[id - 1]
  }

  placedLabel(id: LabelId): Placed | undefined {
    const label = this.label(id)
    return label && this.#placed(label)
  }

  /** One object per label. */
  #placed(label: Label): Placed {
    const placed = this.#places.get(label) ?? { peer: label.peer, zone: label.zone, node: label.node, label }
    this.#places.set(label, placed)
    return placed
  }
  readonly #places = new Map<Label, Placed>()

  service(id: number) {
    return id === 7 ? { ...cart } : undefined
  }

  servicesBehind(_cluster: string, address: string, port: number) {
    return address === '10.244.3.10' && (port === 8080 || port === 0) ? [{ ...cart }] : []
  }

  /** Nothing of before is known: the journal was lost then. */
  knownFrom = FIRST_MOMENT

  nodes(_cluster?: string, at = this.knownFrom): ReadonlyMap<string, Zone | undefined> {
    if (at < this.knownFrom) return new Map()
    return new Map(['a1', 'a2', 'b1', 'b2'].map(node => [node, zoneOf(node.slice(0, 1))]))
  }

  watermark(): EpochMs {
    return epochMs(Number.MAX_SAFE_INTEGER)
  }

  newsFor(): 'none' {
    return 'none'
  }

  updateFor() {
    return undefined
  }

  /** What ingest asks is only so that the directory remembers who follows an address. */
  readonly followed: string[] = []

  ask(_cluster: string, node: string, addresses: readonly string[]): LabelAnswer {
    this.followed.push(...addresses.map(address => `${node} follows ${address}`))
    return { watermark: this.watermark(), labels: [], unknown: [] }
  }

  onChange() {
    return () => {}
  }
}

const cart = {
  id: 7,
  namespace: 'shop',
  name: 'cart',
  addresses: ['10.96.0.10'],
  ports: [{ port: 80, protocol: 6 }],
  generations: [{ generation: 1, from: FIRST_MOMENT }],
  to: null,
}
