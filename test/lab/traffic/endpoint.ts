import { answerOn } from './answering.ts'
import { connections, datagrams, exchange } from './asking.ts'
import type { Order, Outcome, Reply, Told } from './orders.ts'

/**
 * The process in a pod, a node or the outside machine: serves and makes traffic as the lab orders over IPC.
 * It ends with the lab: the channel breaks.
 */
const running = new Map<number, AbortController>()

process.on('disconnect', () => process.exit(0))
process.on('message', (told: Told) => void carryOut(told))

async function carryOut({ id, order }: Told): Promise<void> {
  const reply = (message: Reply) => process.send?.(message)
  try {
    reply({ id, outcome: await perform(id, order) })
  } catch (error) {
    reply({ id, error: error instanceof Error ? error.message : String(error) })
  }
}

async function perform(id: number, order: Order): Promise<Outcome> {
  const stop = new AbortController()
  running.set(id, stop)
  try {
    switch (order.kind) {
      case 'listen':
        await Promise.all(order.ports.map(answerOn))
        return { completed: order.ports.length, failed: 0, tookMs: 0 }
      case 'exchange':
        return await exchange(order, stop.signal)
      case 'datagrams':
        return await datagrams(order, stop.signal)
      case 'connections':
        return await connections(order, stop.signal)
      case 'stop':
        running.get(order.order)?.abort()
        return { completed: 1, failed: 0, tookMs: 0 }
    }
  } finally {
    running.delete(id)
  }
}
