import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { hopZones, type SeriesEnd, type SeriesKey } from '../../../server/store/series.ts'
import type { TestRow } from './batches.ts'
import { Stage, T0 } from './stage.ts'

const [A1, B1] = ['10.244.1.10', '10.244.3.10']
const [NODE_A1, NODE_B1] = ['10.20.0.1', '10.20.0.3']
const at = (seconds: number) => epochMs(T0 + seconds * 1_000)
const zone = (letter: string) => `lab-1|000000000000|lab-1${letter}|`
const pod = (node: string): SeriesEnd => ({
  kind: 'pod',
  namespace: 'shop',
  name: `app-${node}`,
  workloadKind: 'Deployment',
  zone: zone(node.slice(0, 1)),
})
const end = (kind: SeriesEnd['kind'], name: string, inZone = ''): SeriesEnd => ({
  kind,
  namespace: '',
  name,
  workloadKind: '',
  zone: inZone,
})

/** The series under which a1's agent's row counts, and what it is told in return. */
async function seriesOf(row: Omit<TestRow, 'bytes'>, prepare: (stage: Stage) => void = () => {}) {
  await using stage = await new Stage().start()
  prepare(stage)
  const answer = await stage.offer({ from: 10, to: 20, node: 'a1', rows: [{ ...row, bytes: [1, 2] }] })
  if (!answer.ok) throw new Error(answer.refusal.detail)
  const [fact] = stage.store.facts
  if (fact === undefined) throw new Error('nothing counted')
  return { series: fact.series, receipt: answer.receipt }
}

const cases: [why: string, row: Omit<TestRow, 'bytes'>, want: Partial<SeriesKey>][] = [
  ['a pod is its workload', { initiator: A1, responder: B1 }, { initiator: pod('a1'), responder: pod('b1') }],
  [
    'a label id is as good as its address',
    { initiator: 2, responder: 6 },
    { initiator: pod('a1'), responder: pod('b1') },
  ],
  ['a public address is the internet', { initiator: A1, responder: '203.0.113.9' }, { responder: end('internet', '') }],
  [
    'a private address nobody listed keeps its bytes under its reason',
    { initiator: A1, responder: '10.9.9.9' },
    { responder: end('unplaced', 'never listed') },
  ],
  [
    'text that is no address',
    { initiator: A1, responder: 'localhost' },
    { responder: end('unplaced', 'not an address') },
  ],
  ['a label id that does not exist', { initiator: A1, responder: 99 }, { responder: end('unplaced', 'never listed') }],
  ['the Service the row names', { initiator: A1, responder: B1, service: 7 }, { serviceName: 'cart' }],
  ['a Service nobody knows is none', { initiator: A1, responder: A1, service: 8 }, { serviceName: '' }],
  [
    'without a Service in the row the directory tells it by the port',
    { initiator: A1, responder: B1, port: 8080 },
    { serviceNamespace: 'shop', serviceName: 'cart', port: 8080 },
  ],
  ['a port no Service has', { initiator: A1, responder: B1, port: 9 }, { serviceName: '' }],
  [
    'how it was dialled, protocol, port and generation are kept',
    { initiator: A1, responder: B1, dialled: 'node-port', protocol: 17, port: 65_535, generation: 4_000_000_000 },
    { dialled: 'node-port', protocol: 17, port: 65_535, generation: 4_000_000_000, basis: 'primary' },
  ],
  [
    'the node in between, with its zone',
    { initiator: '203.0.113.9', responder: B1, via: NODE_A1, leg: 'second' },
    { leg: 'second', via: 'a1', viaZone: zone('a') },
  ],
  [
    'a node in between that was dialled under an address nobody listed is the reporting node',
    { initiator: '203.0.113.9', responder: B1, via: '10.9.9.9', leg: 'second' },
    { leg: 'second', via: 'a1', viaZone: zone('a') },
  ],
]
for (const [why, row, want] of cases)
  test(`placed: ${why}`, async () => {
    const { series } = await seriesOf(row)
    for (const [field, value] of Object.entries(want)) deepEqual(series[field as keyof SeriesKey], value, field)
  })

test('zones of a forwarded hop are those of its own two ends', async () => {
  const { series } = await seriesOf({ initiator: '203.0.113.9', responder: B1, via: NODE_A1, leg: 'second' })
  deepEqual(hopZones(series), { towardsInitiator: zone('a'), towardsResponder: zone('b') })
})

test('on a machine’s address the port tells a pod on its network from the node', async () => {
  const peer = { kind: 'pod', namespace: 'kube', name: 'dns-x', workload: { kind: 'DaemonSet', name: 'dns' }, hostNetwork: true } as const // biome-ignore format: one line
  const prepare = (stage: Stage) => void stage.town.add({ address: NODE_B1, port: 53, peer, node: 'b1' })
  const onPort = await seriesOf({ initiator: A1, responder: NODE_B1, port: 53 }, prepare)
  equal(onPort.series.responder.name, 'dns')
  const elsewhere = await seriesOf({ initiator: A1, responder: NODE_B1, port: 22 }, prepare)
  equal(elsewhere.series.responder.name, 'b1')
})

test('bare addresses that have a label are told and followed, ids that are no good are to be dropped', async () => {
  let followed: readonly string[] = []
  const { receipt } = await seriesOf({ initiator: A1, responder: 99 }, ({ town }) => {
    followed = town.followed
  })
  deepEqual(
    receipt.labels.map(({ id, address }) => [id, `a1 follows ${address}`]),
    [[2, followed[0]]],
  )
  deepEqual(receipt.drop, [99])
})

const gone = { address: '10.244.1.77', peer: { kind: 'node', name: 'old' } } as const
const intervals: [why: string, from: number, to: number, want: string, dropped: boolean][] = [
  ['ended in the window', 0, 15, 'old', false],
  ['began in the window', 15, 100, 'old', false],
  ['ended hours ago: its connections outlive it', 0, 1, 'old', false],
  ['ended more than a day ago', -200_000, -100_000, 'gone', true],
  ['begins after the window', 30, 100, 'gone', true],
]
for (const [why, from, to, want, dropped] of intervals)
  test(`a label that ${why}`, async () => {
    const prepare = (stage: Stage) => void stage.town.add({ ...gone, from: at(from), to: at(to) })
    const { series, receipt } = await seriesOf({ initiator: A1, responder: 9 }, prepare)
    equal(series.responder.name, want)
    equal(receipt.drop.includes(9), dropped)
  })

const moments: [why: string, from: number, to: number, want: string][] = [
  ['held at the end of the window', 15, 100, 'old'],
  ['held at the start of the window', 0, 12, 'old'],
  ['had left before the window', 0, 5, 'never listed'],
]
for (const [why, from, to, want] of moments)
  test(`a bare address whose owner ${why}`, async () => {
    const prepare = (stage: Stage) => void stage.town.add({ ...gone, from: at(from), to: at(to) })
    equal((await seriesOf({ initiator: A1, responder: gone.address }, prepare)).series.responder.name, want)
  })

test('of the internet what is a service of AWS is told apart, as long as its address is known', async () => {
  for (const [address, name] of [
    ['52.216.0.1', 's3'],
    ['203.0.113.9', ''],
  ] as const) {
    await using stage = new Stage()
    stage.interfaces = {
      interfaceOf: () => undefined,
      interfacesOf: () => [],
      isLogged: () => undefined,
      serviceAt: asked => (asked === '52.216.0.1' ? 's3' : undefined),
    }
    await stage.start()
    await stage.offer({ from: 10, to: 20, node: 'a1', rows: [{ initiator: A1, responder: address, bytes: [1, 2] }] })
    deepEqual(stage.store.facts[0]?.series.responder, end('internet', name))
  }
})
