import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { minute } from '@weir/contract/units.ts'
import type { Interfaces } from '../../../../server/ingest/flow-logs/loggers.ts'
import { M0, Stage } from '../stage.ts'
import { type LogRow, TestReader } from './reader.ts'

/** Minutes that have left the memory: `weir import`, and objects that come days late. */
const [POD_A1, POD_A2, POD_B2, INTERNET] = ['10.244.1.10', '10.244.2.10', '10.244.4.10', '203.0.113.5']
const DAY = 1_440

/** In minutes 0 to 2 only a1 has an agent; two days later everything of them is forgotten. */
async function later(interfaces?: Interfaces): Promise<Stage> {
  const stage = new Stage()
  stage.interfaces = interfaces
  await stage.start()
  for (const from of [0, 60, 120]) await stage.offer({ node: 'a1', from, to: from + 60, rows: [] })
  await stage.seal(2 * DAY)
  return stage
}

async function bring(stage: Stage, ...rows: Omit<LogRow, 'by'>[]) {
  const before = stage.store.facts.length
  await new TestReader(stage).bring(rows.map(row => ({ by: 'eni', ...row })))
  const { setAside, evidence } = stage.ingest.flowLogs.state().bytes
  const aside = Object.entries(setAside).filter(([, bytes]) => bytes > 0)
  return { counted: stage.store.facts.slice(before).map(fact => fact.bytesToResponder), evidence, aside }
}

test('before any agent told anything, nobody watched: everything counts', async () => {
  await using stage = await later()
  const row = { from: POD_A1, to: POD_A2, bytes: 5 }
  deepEqual(await bring(stage, { ...row, at: -1 }, { ...row, at: -30 * DAY }), {
    ...{ counted: [5, 5], evidence: 0, aside: [] },
  })
})

test('afterwards the ledger tells: a node with any line was there to be believed', async () => {
  await using stage = await later()
  const [watched, nobody] = [
    { from: POD_A2, to: POD_A1, bytes: 5 },
    { from: POD_A2, to: POD_B2, bytes: 7 },
  ]
  deepEqual(await bring(stage, watched, nobody), { counted: [7], evidence: 5, aside: [] })
})

test('the same after a restart', async () => {
  await using stage = await later()
  await stage.start()
  const [watched, before] = [
    { from: POD_A2, to: POD_A1, bytes: 5 },
    { from: POD_A2, to: POD_A1, at: -1, bytes: 7 },
  ]
  deepEqual(await bring(stage, watched, before), { counted: [7], evidence: 5, aside: [] })
})

test('where the ledger was dropped by age, nobody can tell', async () => {
  await using stage = await later()
  stage.store.keptFrom = minute(M0 + 1)
  const row = { from: POD_A2, to: POD_B2, bytes: 5 }
  deepEqual(await bring(stage, row, { ...row, at: 1, bytes: 7 }), {
    ...{ counted: [7], evidence: 0, aside: [['too late', 5]] },
  })
})

test('an agent that came late has left a line, though it watched nothing', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ node: 'a1', from: 0, to: 60, rows: [] })
  await stage.seal(2)
  const fromOutside = { initiator: INTERNET, responder: POD_B2, role: 'witness', bytes: [5, 0] } as const
  await stage.offer({ node: 'b2', from: 0, to: 60, rows: [fromOutside] })
  await stage.seal(2 * DAY)
  const { evidence } = await bring(stage, { from: INTERNET, to: POD_B2, direction: 'ingress', bytes: 5 })
  deepEqual([evidence, stage.total()], [5, [5, 0]])
})

test('an agent’s late row to the internet leaves one, too', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ node: 'a1', from: 0, to: 60, rows: [] })
  await stage.seal(2)
  await stage.offer({ node: 'b2', from: 0, to: 60, rows: [{ initiator: POD_B2, responder: INTERNET, bytes: [5, 0] }] })
  await stage.seal(2 * DAY)
  const { evidence } = await bring(stage, { from: POD_B2, to: INTERNET, bytes: 5 })
  deepEqual([evidence, stage.total()], [5, [5, 0]])
})

test('an address whose label is forgotten was perhaps at a node that watched: it counts only where no agent told anything', async () => {
  await using stage = await later()
  const row = { from: '10.244.1.99', to: POD_B2, bytes: 5 }
  deepEqual(await bring(stage, row, { ...row, at: -1, bytes: 7 }, { ...row, at: 30, bytes: 9 }), {
    ...{ counted: [7, 9], evidence: 0, aside: [['node not known', 5]] },
  })
})

test('a receiver’s record of the past: without a map its sender may have told the same', async () => {
  await using stage = await later()
  const row = { at: -1, to: POD_B2, direction: 'ingress', bytes: 5 } as const
  deepEqual(await bring(stage, { ...row, from: POD_A2 }, { ...row, from: INTERNET, bytes: 7 }), {
    ...{ counted: [7], evidence: 0, aside: [['sender not known', 5]] },
  })
})

test('a receiver’s record of the past: the map knows whether its sender logs', async () => {
  const isLogged = (name: string) => name === POD_A2
  await using stage = await later({ interfaceOf: () => undefined, isLogged, interfacesOf: () => [] })
  const row = { at: -1, to: POD_B2, direction: 'ingress', bytes: 5 } as const
  deepEqual(await bring(stage, { ...row, from: POD_A2 }, { ...row, from: POD_A1, bytes: 7 }), {
    ...{ counted: [7], evidence: 5, aside: [] },
  })
})

test('a record of the future or of another age is set aside', async () => {
  await using stage = await later()
  const row = { from: POD_A2, to: POD_B2, bytes: 5 }
  deepEqual(await bring(stage, { ...row, at: 5 * DAY }, { ...row, at: -500 * DAY, bytes: 7 }), {
    ...{
      ...{ counted: [], evidence: 0 },
      aside: [
        ['too old', 7],
        ['in the future', 5],
      ],
    },
  })
})

test('every byte of every row ends under one name', async () => {
  await using stage = await later()
  const kinds = [POD_A1, POD_A2, POD_B2, INTERNET].flatMap(from =>
    [POD_A1, POD_B2, INTERNET].flatMap(to =>
      (['egress', 'ingress', 'unknown'] as const).flatMap(direction =>
        [-1, 1, 2, 2 * DAY - 20, 9 * DAY].map(at => ({ from, to, direction, at, bytes: 1 })),
      ),
    ),
  )
  await bring(stage, ...kinds)
  const { rows, received, counted, evidence, superseded, setAside } = stage.ingest.flowLogs.state().bytes
  equal(rows, kinds.length)
  equal(received, kinds.length)
  const aside = Object.values(setAside).reduce((sum, bytes) => sum + bytes, 0)
  equal(counted + evidence + superseded + aside, received)
  const [up, down] = stage.total()
  equal(up + down, counted)
})

test('a format that names nodes for pods counts what goes beyond all that its nodes told of the minute', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ node: 'a1', from: 0, to: 30, rows: [{ initiator: POD_A1, responder: POD_B2, bytes: [5, 0] }] })
  await stage.seal(2)
  const reader = new TestReader(stage)
  const missing = [{ field: 'pkt-srcaddr', lost: 'pods are told from their node only by it' }]
  reader.takeLease({ flowLogs: [{ id: 'fl-1', place: 's3://logs', missing }] })
  const row = { by: 'eni', from: '10.20.0.1', to: POD_B2, bytes: 9 }
  await reader.offer({ rows: [row, { ...row, at: 1 }] })
  deepEqual(
    stage.store.facts.map(({ minute, bytesToResponder }) => [minute - M0, bytesToResponder]),
    [
      [0, 5],
      [0, 4],
      [1, 9],
    ],
  )
})

test('where both see everything, agents and flow logs together are either alone', async () => {
  const windows = [0, 60, 120].map(from => ({
    from,
    to: from + 60,
    rows: [{ initiator: POD_A1, responder: POD_B2, port: 80, bytes: [100 + from, 9_000] as const }],
  }))
  const logs = windows.flatMap(({ from, rows }) =>
    rows.flatMap(({ bytes: [up, down] }): LogRow[] => {
      const row = { at: from / 60, by: 'eni' }
      const both = ['egress', 'ingress'] as const
      return both.flatMap(direction => [
        { ...row, direction, from: POD_A1, to: POD_B2, bytes: up },
        { ...row, direction, from: POD_B2, to: POD_A1, bytes: down, initiator: 'destination' },
      ])
    }),
  )
  const total = async (agents: boolean, flowLogs: boolean) => {
    await using stage = await new Stage().start()
    for (const window of agents ? windows : []) {
      await stage.offer({ ...window, node: 'a1' })
      await stage.offer({ ...window, node: 'b2', rows: window.rows.map(row => ({ ...row, role: 'witness' })) })
    }
    await stage.seal(4)
    if (flowLogs) await new TestReader(stage).bring(logs)
    return stage.total()
  }
  const alone = await total(true, false)
  deepEqual(alone, [480, 27_000])
  deepEqual(await total(false, true), alone)
  deepEqual(await total(true, true), alone)
})
