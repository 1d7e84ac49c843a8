import type { TestBatch, TestRow } from '../server/ingest/batches.ts'
import { type Machine, STEP_HOURS, type Transfer, type Truth } from './truth.ts'

/** GRO hides headers: connection tracking counts this much less than what the wire carries. */
const countedOf = (wire: number): number => Math.floor(wire / 1.034)

export interface ReportedHour {
  readonly hour: number
  /** One for each node with an agent that runs, also where it has nothing to say. */
  readonly batches: readonly Pick<TestBatch, 'node' | 'rows'>[]
}

/**
 * What the agents of the nodes report of each hour: the sender's node as primary, the receiver's as witness; nothing of
 * what passes no node of the cluster.
 * @param isDown whether a node's agent does not run in that hour
 */
export function* reportsOf(
  truth: Truth,
  isDown: (node: string, hour: number) => boolean = () => false,
): Generator<ReportedHour> {
  const byId = new Map(truth.machines.map(machine => [machine.id, machine]))
  const nodes = truth.machines.filter(({ kind }) => kind === 'node').map(({ id }) => id)
  const byHour = Map.groupBy(truth.transfers, ({ hour }) => hour)
  for (let hour = 0; hour < truth.days * 24; hour += STEP_HOURS) {
    const rows = new Map(nodes.filter(node => !isDown(node, hour)).map(node => [node, [] as TestRow[]]))
    for (const transfer of byHour.get(hour) ?? []) {
      const [from, to] = [byId.get(transfer.from), byId.get(transfer.to)]
      if (from === undefined || to === undefined) throw new Error('nobody')
      const row = rowOf(transfer, from, to)
      if (from.node !== undefined) rows.get(from.node)?.push({ ...row, role: 'primary' })
      if (to.node !== undefined && to.node !== from.node) rows.get(to.node)?.push({ ...row, role: 'witness' })
    }
    yield { hour, batches: [...rows].map(([node, rows]) => ({ node, rows })) }
  }
}

/** The address by which the other end is known on a node: beyond a NAT gateway and a public address it is the internet. */
function rowOf({ there, back, isPublic }: Transfer, from: Machine, to: Machine): TestRow {
  const isOutside = isPublic === true || to.kind === 'nat'
  return {
    initiator: from.address,
    responder: isOutside ? '203.0.113.9' : to.address,
    bytes: [countedOf(there), countedOf(back)],
    wire: [there, back],
    connections: 10,
  }
}
