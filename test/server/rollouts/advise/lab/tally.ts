import { zoneKey } from '@weir/contract/zones.ts'
import type { SeriesEnd, SeriesKey } from '../../../../../server/store/series.ts'
import type { Row } from '../../../answers/world.ts'
import { idOf } from './cluster.ts'
import type { LabPod } from './scheduler.ts'

export const account = '111122223333'
export const keyOfZone = (zone: string): string =>
  zone === '' ? '' : zoneKey({ region: 'us-east-1', account, name: zone, id: idOf(zone) })

export const podEnd = ({ namespace, workload, zone }: LabPod): SeriesEnd => {
  const [, workloadKind = '', name = ''] = workload.split('/')
  return { kind: 'pod', namespace, name, workloadKind, zone: keyOfZone(zone), vpc: 'vpc-1' }
}

export const thingEnd = (thing: string, name: string, zone: string): SeriesEnd => ({
  kind: 'aws',
  namespace: '',
  name,
  workloadKind: thing,
  zone: keyOfZone(zone),
  vpc: 'vpc-1',
})

export const nodeEnd = (name: string, zone: string): SeriesEnd => ({
  kind: 'node',
  namespace: '',
  name,
  workloadKind: '',
  zone: keyOfZone(zone),
})

export const internet: SeriesEnd = { kind: 'internet', namespace: '', name: '', workloadKind: '', zone: '' }

/** What one hop of the lab was: how many of its bytes crossed, and how many ends of it AWS bills. */
export class Tally {
  /** Bytes across zones, and the same counted once for each billed end. */
  crossed = 0
  billed = 0
  /** Bytes of connections that found no endpoint. */
  dropped = 0
  /** Bytes that went through a NAT gateway. */
  translated = 0
  /** Bytes that went through a load balancer. */
  balanced = 0
  readonly #rows = new Map<string, { readonly key: SeriesKey; bytes: number; connections: number }>()

  /** A hop that nobody's counters show. */
  unseen(bytes: number, crosses: boolean, sides: number): void {
    if (!crosses) return
    this.crossed += bytes
    this.billed += bytes * sides
  }

  hop(
    key: Omit<SeriesKey, 'cluster' | 'protocol' | 'port' | 'generation' | 'basis'>,
    bytes: number,
    between: readonly [string, string],
    sides: number,
  ): void {
    this.unseen(bytes, between[0] !== between[1] && between[0] !== '' && between[1] !== '', sides)
    const text = JSON.stringify(key)
    const row = this.#rows.get(text) ?? {
      key: { cluster: 'main', protocol: 6, port: 80, generation: 1, basis: 'primary', ...key },
      bytes: 0,
      connections: 0,
    }
    row.bytes += bytes
    if (key.leg !== 'second') row.connections++
    this.#rows.set(text, row)
  }

  rows(): Row[] {
    return [...this.#rows.values()].map(({ key, bytes, connections }) => {
      const back = Math.round(bytes * 0.8)
      return { key, amounts: [bytes - back, back, bytes - back, back, connections] }
    })
  }
}
