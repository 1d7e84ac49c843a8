import { type Batch, NONE } from '@weir/contract/agent-wire.ts'
import { Tally } from '../../agent/flows/tally.ts'
import { makeBatch } from '../../agent/uplink/batch.ts'
import { content } from '../agent/uplink/spool-stage.ts'

/**
 * A window of a busy node: pods here that call Services with backends elsewhere, most ends labelled, a tenth of them
 * bare addresses of the internet, a third of the rows sums of what was received.
 */
export function busyBatch(rowCount: number, random: () => number): Batch {
  const tally = new Tally()
  const whole = (below: number): number => Math.floor(random() * below)
  while (tally.size < rowCount) {
    const witness = random() < 0.33
    const service = witness || random() < 0.3 ? undefined : whole(200)
    const bytesToResponder = Math.floor(10 ** (2 + 5 * random()))
    const bytesToInitiator = Math.floor(10 ** (2 + 6 * random()))
    tally.add(
      {
        initiator: 1000 + whole(witness ? 3000 : 60),
        responder: random() < 0.1 ? `198.51.${whole(256)}.${whole(256)}` : 1000 + whole(3000),
        via: undefined,
        leg: 'direct',
        role: witness ? 'witness' : 'primary',
        dialled: service === undefined ? 'direct' : 'cluster-ip',
        service,
        protocol: 6,
        port: witness ? 0 : ([80, 443, 5432, 6379, 8080, 9092][whole(6)] ?? 0),
        generation: service === undefined ? 0 : whole(4),
      },
      {
        bytesToResponder,
        bytesToInitiator,
        wireToResponder: Math.floor(bytesToResponder * 1.02),
        wireToInitiator: Math.floor(bytesToInitiator * 1.03),
        connections: whole(20),
      },
    )
  }
  const { window, report } = content(0)
  const batch = makeBatch(
    { window, rows: tally.toWire(), report },
    { cluster: 'c', node: 'node-a', epoch: 'e', sequence: 1 },
  )
  if (batch.rows.via.some(via => via !== NONE)) throw new Error('these rows have no node in between')
  return batch
}
