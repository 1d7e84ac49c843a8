import { setTimeout as delay } from 'node:timers/promises'
import { flushConntrack, setManagement } from '../faults.ts'
import { MB, path } from './paths.ts'
import type { Scenario, Stage } from './phase.ts'

/** Connections per second of the short-lived ones, and for how long. */
const SHORT_PER_SECOND = 2000
const SHORT_SECONDS = 20

/** Things that only connection tracking feels. Side by side: each has its own pair of nodes to disturb. */
export const connectionScenarios: readonly Scenario[] = [
  {
    path: path(
      `${SHORT_PER_SECOND} short connections/s`,
      'cart-1',
      'service:redis',
      [{ near: 'cart-1', far: ['redis-0'] }],
      [['cart', 'redis']],
      {
        kind: 'connections',
        requests: SHORT_PER_SECOND * SHORT_SECONDS,
        seconds: SHORT_SECONDS,
        up: SHORT_PER_SECOND * SHORT_SECONDS * 200,
        down: SHORT_PER_SECOND * SHORT_SECONDS * 600,
      },
    ),
  },
  {
    path: path(
      'one source port reopened 2,000 times',
      'search-1',
      'service:postgres',
      [{ near: 'search-1', far: ['postgres-0'] }],
      [['search', 'postgres']],
      { kind: 'connections', localPort: 40_000, requests: 2000, seconds: 20, up: 2000 * 400, down: 2000 * 900 },
    ),
  },
  {
    path: path(
      'sending node flushed in mid-transfer',
      'kafka-1',
      'pod:kafka-0',
      [{ near: 'kafka-1', far: ['kafka-0'] }],
      [['kafka', 'kafka']],
      { requests: 300, seconds: 24, up: 40 * MB, down: 2 * MB },
    ),
    meanwhile: async ({ lab }) => {
      await delay(11_000)
      await flushConntrack(lab, 'b1')
    },
  },
]

/** An agent that ends in the middle of a transfer and comes back on its spool. */
export const restartScenarios: readonly Scenario[] = [
  {
    path: path(
      'agent killed (kill -9) and restarted',
      'checkout-0',
      'service:postgres',
      [{ near: 'checkout-0', far: ['postgres-0'] }],
      [['checkout', 'postgres']],
      { requests: 300, seconds: 30 },
    ),
    meanwhile: async stage => {
      await delay(12_000)
      await replace(stage, 'a2', 'SIGKILL', 4000)
    },
  },
  {
    path: path(
      'agent replaced (new pod, same node)',
      'metrics-0',
      'pod:node-exporter-2',
      [{ near: 'metrics-0', far: ['b1'] }],
      [['metrics', 'node-exporter']],
      { misnamed: ['metrics', 'node-b1'], requests: 300, seconds: 30 },
    ),
    meanwhile: async stage => {
      await delay(15_000)
      await replace(stage, 'c2', 'SIGTERM', 2000)
    },
  },
]

/** Agents that are away for longer than the server waits: their minutes are given to the witnesses. */
export const absenceScenarios: readonly Scenario[] = [
  {
    path: path(
      'agent absent for two minutes',
      'search-0',
      'service:recommend',
      [{ near: 'search-0', far: ['recommend-0'] }],
      [['search', 'recommend']],
      { requests: 2000, seconds: 200, up: 4 * MB, down: 80 * MB },
    ),
    meanwhile: async stage => {
      await delay(15_000)
      await replace(stage, 'b2', 'SIGTERM', 120_000)
    },
  },
  {
    path: path(
      'agent cut off from the server for two minutes',
      'kafka-0',
      'pod:kafka-1',
      [{ near: 'kafka-0', far: ['kafka-1'] }],
      [['kafka', 'kafka']],
      { requests: 2000, seconds: 200, up: 80 * MB, down: 4 * MB },
    ),
    meanwhile: async ({ lab }) => {
      await delay(15_000)
      await setManagement(lab, 'a2', 'down')
      await delay(120_000)
      await setManagement(lab, 'a2', 'up')
    },
  },
]

/** The server dies in the middle of a transfer, and stays away for half a minute. */
export const serverScenarios: readonly Scenario[] = [
  {
    path: path(
      'server killed (kill -9), back after 30 s',
      'web-0',
      'service:postgres',
      [{ near: 'web-0', far: ['postgres-0'] }],
      [['web', 'postgres']],
      { requests: 500, seconds: 50 },
    ),
    meanwhile: async ({ weir }) => {
      await delay(13_000)
      await weir.server.stop('SIGKILL')
      await delay(30_000)
      await weir.startServer()
    },
  },
]

async function replace({ weir }: Stage, node: string, signal: 'SIGKILL' | 'SIGTERM', awayMs: number): Promise<void> {
  await weir.agent(node).stop(signal)
  await delay(awayMs)
  weir.startAgent(node)
}
