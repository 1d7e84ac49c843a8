import { equal, ok } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { podAddresses } from './addresses.ts'
import { cutLink, flushConntrack, mendLink, movePod } from './faults.ts'
import { type Lab, openLab } from './lab.ts'
import { podOf } from './layout.ts'
import { shop } from './shop.ts'
import { Endpoints } from './traffic/endpoints.ts'
import { readPort } from './truth.ts'
import { until } from './weir/answers.ts'

const skip =
  process.platform === 'linux' && process.getuid?.() === 0 ? false : 'needs root on Linux: makes network namespaces'

describe('faults of the lab', { skip }, () => {
  let lab: Lab
  let endpoints: Endpoints
  before(async () => {
    lab = await openLab(shop(1500))
    endpoints = new Endpoints(lab)
    await endpoints.listen('cart-0', [8080])
  })
  after(() => lab[Symbol.asyncDispose]())
  const toCart = () => ({
    host: podAddresses(lab.layout, podOf(lab.layout, 'cart-0')).v4,
    ports: [8080],
    up: 2000,
    down: 2000,
  })
  const entries = async (node: string, ...filter: string[]) =>
    (await lab.exec(node, 'conntrack', '-L', ...filter)).split('\n').filter(Boolean)

  test('a connection outlives a cut link, and nothing crosses while it is cut', async () => {
    const job = endpoints.start('web-0', { kind: 'exchange', ...toCart(), times: 100, everyMs: 5 })
    await cutLink(lab, 'a1')
    const cut = await readPort(lab, 'a1')
    const request = endpoints.start('web-0', { kind: 'datagrams', ...toCart(), up: 100, times: 5, everyMs: 1 })
    equal((await request.outcome).completed, 0)
    equal((await readPort(lab, 'a1')).frames, cut.frames)
    await mendLink(lab, 'a1')
    equal((await job.outcome).completed, 100)
  })

  test('flushing a node forgets its connections, and only its own', async () => {
    await endpoints.do('web-0', { kind: 'datagrams', ...toCart(), up: 100, times: 1, everyMs: 1 })
    await flushConntrack(lab, 'a1')
    equal((await entries('a1')).length, 0)
    ok((await entries('b1')).length > 0)
  })

  test('an endless conversation dials again after its connection was reset', async () => {
    await flushConntrack(lab, 'a1')
    const inState = (state: string) => async () => (await entries('a1', '-p', 'tcp', '--state', state)).length > 0
    const job = endpoints.start('web-0', { kind: 'exchange', ...toCart(), times: null, everyMs: 20 })
    await until('the connection is there', 5000, inState('ESTABLISHED'))
    const rule = 'chain c { type filter hook forward priority 0; tcp dport 8080 reject with tcp reset; }'
    await lab.exec('a1', 'nft', `table inet refuse { ${rule}\n}`)
    await until('the connection is reset', 5000, inState('CLOSE'))
    await lab.exec('a1', 'nft', 'delete table inet refuse')
    await until('there is another', 5000, inState('ESTABLISHED'))
    job.stop()
    const { completed, failed } = await job.outcome
    ok(completed > 0 && failed > 0, `${completed} requests, ${failed} failed`)
  })

  test('one source port is opened again and again: one entry of many connections', async () => {
    await flushConntrack(lab, 'a1')
    const outcome = await endpoints.do('web-0', {
      kind: 'connections',
      ...toCart(),
      times: 200,
      perSecond: 10_000,
      localPort: 40_000,
    })
    equal(outcome.completed, 200)
    equal((await entries('a1', '-p', 'tcp', '--orig-port-src', '40000')).length, 1)
  })

  test('a moved pod keeps its address and answers from its new node', async () => {
    await movePod(lab, 'cart-0', 'b1', 'c2')
    const before = await readPort(lab, 'c2')
    await endpoints.do('web-0', { kind: 'exchange', ...toCart(), times: 1, everyMs: 0 })
    const { bytes } = await readPort(lab, 'c2')
    ok(bytes - before.bytes > 2000, `${bytes - before.bytes} bytes came from the new node`)
  })
})
