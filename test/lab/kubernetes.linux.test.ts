import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { MINUTE_MS } from '@weir/contract/units.ts'
import { calibrate } from './accuracy/calibrate.ts'
import { openLab } from './lab.ts'
import { shop } from './shop.ts'
import { listenFor } from './traffic/background.ts'
import { Endpoints } from './traffic/endpoints.ts'
import { until } from './weir/answers.ts'
import { homeIn, startWeir } from './weir/weir.ts'

const skip =
  process.platform === 'linux' && process.getuid?.() === 0 ? false : 'needs root on Linux: makes network namespaces'

test('with labels from an API server and reviewed tokens, bytes are those of the wire, by workload and zone', {
  skip,
}, async () => {
  await using lab = await openLab(shop(1500))
  const endpoints = new Endpoints(lab)
  await listenFor(lab, endpoints)
  const options = { directory: 'kubernetes', windowMs: 1000, dumpEveryMs: 1000 } as const
  const weir = await startWeir(homeIn(lab), options)
  const { agents } = await weir.answers.agents()
  deepEqual([...new Set(agents.map(agent => agent.identity))], ['proven'])

  const began = Date.now()
  const { countedBytes } = await calibrate({ lab, endpoints, weir })
  // Other pods of both workloads are silent: this is all the two say to each other.
  const rows = async () => {
    const answer = await weir.answers.pairByZones(began - MINUTE_MS, Date.now() + MINUTE_MS, 'web', 'cart')
    return answer.rows.map(({ initiator, responder, bytes }) => [...initiator.zones, ...responder.zones, bytes])
  }
  await until('all bytes have come', 30_000, async () => (await rows()).some(row => row.includes(countedBytes)))
  deepEqual(await rows(), [['lab-1a', 'lab-1b', countedBytes]])
  equal(countedBytes, 1_028_000)
})
