import type { LogRow } from '../server/ingest/flow-logs/reader.ts'
import type { Machine, Transfer, Truth } from './truth.ts'

const INTERNET = '203.0.113.9'

/**
 * What the flow logs of the VPC "main" write down of each step: a record at the sender's interface and one at the
 * receiver's. Two pods of one node never reach an interface; what lies in the other VPC is not logged.
 */
export function logsOf(truth: Truth): ReadonlyMap<number, readonly LogRow[]> {
  const byId = new Map(truth.machines.map(machine => [machine.id, machine]))
  const byHour = new Map<number, LogRow[]>()
  for (const transfer of truth.transfers) {
    const [from, to] = [byId.get(transfer.from), byId.get(transfer.to)]
    if (from === undefined || to === undefined) throw new Error('nobody')
    const rows = byHour.get(transfer.hour) ?? []
    byHour.set(transfer.hour, rows)
    rows.push(...recordsOf(transfer, from, to))
  }
  return byHour
}

/** A pod's interface is one of its node's. */
const interfaceOf = ({ id, node }: Machine): string => `eni-${node ?? id}`

function* recordsOf({ there, back, isPublic }: Transfer, from: Machine, to: Machine): Generator<LogRow> {
  if (to.kind === 'nat') yield* throughNat(from, to, there, back)
  else if (isPublic === true) yield* ofOne(from, [from.address, INTERNET], there, back)
  else if (interfaceOf(from) !== interfaceOf(to)) {
    yield* ofOne(from, [from.address, to.address], there, back)
    yield* ofOne(to, [to.address, from.address], back, there, 'destination')
  }
}

/** Both directions as one interface logs them: what it sent, and what it received. */
function* ofOne(
  machine: Machine,
  [own, other]: readonly [string, string],
  sent: number,
  received: number,
  opened: 'source' | 'destination' = 'source',
): Generator<LogRow> {
  if (machine.vpc !== 'main') return
  const by = interfaceOf(machine)
  const answered = opened === 'source' ? 'destination' : 'source'
  yield { by, from: own, to: other, direction: 'egress', initiator: opened, bytes: sent }
  yield { by, from: other, to: own, direction: 'ingress', initiator: answered, bytes: received }
}

/** The pod's interface does not know of the gateway; the gateway's own records have it at their near side. */
function* throughNat(pod: Machine, nat: Machine, there: number, back: number): Generator<LogRow> {
  yield* ofOne(pod, [pod.address, INTERNET], there, back)
  const [near, far] = [pod.address, nat.address]
  const by = interfaceOf(nat)
  yield { by, from: near, to: far, packet: [near, INTERNET], direction: 'ingress', initiator: 'source', bytes: there }
  yield {
    by,
    from: far,
    to: near,
    packet: [INTERNET, near],
    direction: 'egress',
    initiator: 'destination',
    bytes: back,
  }
  yield* ofOne(nat, [far, INTERNET], there, back)
}
