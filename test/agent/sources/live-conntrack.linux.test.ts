import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { runIn } from '../../lab/net/command.ts'
import { Collector, totals } from './collector.ts'
import { RemoteSource } from './remote-source.ts'
import { CLIENT, RouterLab, SERVER, SERVER6, SERVICE } from './router-lab.ts'

const skip = process.getuid?.() === 0 ? false : 'needs root: makes connections through a network namespace'
const options = { mtu: 1500, windowMs: 500, dumpEveryMs: 100, dumpShare: 1, drainEveryMs: 20 }

/** A lab whose links know their neighbours: the first packets of all would be counted by nft and by nobody else. */
async function warmLab(): Promise<RouterLab> {
  const lab = await RouterLab.open()
  const server = lab.program(lab.server, './program-server.ts', {})
  await server.says()
  await call(lab, { host: SERVER6, port: 8080 }, { host: SERVER, port: 8080 })
  return lab
}

type Calls = { host: string; port: number; count?: number; parallel?: number; receive?: number; localPort?: number }
async function call(lab: RouterLab, ...calls: Calls[]): Promise<void> {
  const defaults = { count: 1, parallel: 1, send: 300, receive: 3000 }
  const all = calls.map(one => ({ ...defaults, ...one }))
  await lab.program(lab.client, './program-client.ts', all).says()
}

test('thousands of short connections, a reused source port, IPv6 and downloads: equal to nft to the byte', {
  skip,
}, async () => {
  await using lab = await warmLab()
  const before = await lab.truth()
  const source = new RemoteSource(lab, { options })
  const sink = new Collector()
  await source.start(sink)
  await call(
    lab,
    { host: SERVICE, port: 80, count: 4000, parallel: 10 },
    { host: SERVER, port: 8080, count: 500, localPort: 40000 },
    { host: SERVER6, port: 8080, count: 300, parallel: 4 },
    { host: SERVICE, port: 80, count: 3, parallel: 3, receive: 20_000_000 },
  )
  await source.stop()
  const truth = await lab.truth()
  const counted = totals(sink.windows)
  equal(counted.up, truth.up - before.up)
  equal(counted.connections, 4803)
  // Acknowledgements that TCP tracking ignores pass the router and are not counted by it: at most a few of 52 bytes.
  const missing = truth.down - before.down - counted.down
  ok(missing >= 0 && missing < 0.00002 * truth.down && missing % 4 === 0, `${missing} bytes of replies`)
  equal(sink.windows.at(-1)?.stats.lostTailTotal, 0)
})

test('the table is flushed under a connection: no byte is lost, and it is still the client who opened it', {
  skip,
}, async () => {
  await using lab = await warmLab()
  const held = lab.program(lab.client, './program-hold.ts', { host: SERVER, port: 8080 })
  await held.says()
  const before = await lab.truth()
  const source = new RemoteSource(lab, { options })
  const sink = new Collector()
  await source.start(sink)
  await runIn(lab.router, 'conntrack', ['-F'])
  held.tell('more')
  await held.says()
  await sink.until(() => totals(sink.windows).up >= 53)
  await source.stop()
  const truth = await lab.truth()
  const counted = totals(sink.windows)
  equal(counted.connections, 1)
  // A delayed acknowledgement (52 bytes) may pass between a reading of the truth and the dump next to it.
  for (const way of ['up', 'down'] as const) {
    const off = truth[way] - before[way] - counted[way]
    ok([-52, 0, 52].includes(off), `${way}: ${off} bytes off`)
  }
  const [row] = sink.windows.flatMap(window => window.rows)
  deepEqual([row?.initiator, row?.responder, row?.responderPort, row?.midStream], [CLIENT, SERVER, 8080, false])
  equal(sink.windows.at(-1)?.stats.midStreamTotal, 1)
})

test('killed and started anew: what a connection carried meanwhile is in the window that catches up', {
  skip,
}, async () => {
  await using lab = await warmLab()
  const held = lab.program(lab.client, './program-hold.ts', { host: SERVICE, port: 80 })
  const before = await lab.truth()
  await held.says()
  const first = new RemoteSource(lab, { options })
  const sink = new Collector()
  await first.start(sink)
  await sink.until(() => sink.windows.length === 2)
  await first.kill()
  held.tell('more')
  await held.says()
  const kept = [...sink.windows]
  const resume = {
    pieces: kept.map(window => Buffer.from(window.checkpoint.body).toString('base64')),
    windowTo: Number(kept.at(-1)?.to),
  }
  const second = new RemoteSource(lab, { options, resume })
  const later = new Collector()
  await second.start(later)
  await later.until(() => later.windows.length === 2)
  await second.stop()
  const [caughtUp] = later.windows
  deepEqual([caughtUp?.kind, caughtUp?.from, caughtUp?.checkpoint.kind], ['catch-up', resume.windowTo, 'full'])
  // The first process took the table as it stood as its baseline; only the one byte more and its answer are new.
  const truth = await lab.truth()
  ok(truth.up - before.up > 53)
  equal(totals(later.windows).up, 53)
  equal(totals(later.windows).connections, 0)
})

test('more ends than the buffer holds: the kernel says how many were lost, and a dump follows', { skip }, async () => {
  await using lab = await warmLab()
  await call(lab, { host: SERVICE, port: 80, count: 500, parallel: 10 })
  // 2 KiB make room for a handful of events (1280 bytes each); a flush ends 500 connections at once.
  const source = new RemoteSource(lab, {
    options: { ...options, drainEveryMs: 400, dumpEveryMs: 500, eventBufferBytes: 2048 },
  })
  const sink = new Collector()
  await source.start(sink)
  await runIn(lab.router, 'conntrack', ['-F'])
  await sink.until(() => (sink.windows.at(-1)?.stats.lostTailTotal ?? 0) > 0)
  await source.stop()
  const stats = sink.windows.at(-1)?.stats
  ok((stats?.overrunsTotal ?? 0) >= 1)
  ok((stats?.lostEventsTotal ?? 0) >= 400)
  // Each connection that was known and whose end was not heard is a lost tail.
  equal(stats?.lostTailTotal, stats?.lostEventsTotal)
})

test('switches that are off are switched on, and the states say so', { skip }, async () => {
  await using lab = await warmLab()
  await runIn(lab.router, 'sysctl', ['-qw', 'net.netfilter.nf_conntrack_acct=0', 'net.netfilter.nf_conntrack_events=2'])
  for (const [manageSysctls, want] of [
    [false, ['off', 'auto', 'on']],
    [true, ['switched on', 'switched on', 'on']],
  ] as const) {
    const source = new RemoteSource(lab, { options: { ...options, manageSysctls } })
    const sink = new Collector()
    await source.start(sink)
    await sink.until(() => sink.windows.length > 0)
    await source.stop()
    const stats = sink.windows[0]?.stats
    deepEqual([stats?.accounting, stats?.events, stats?.timestamps], want)
  }
})

test('without CAP_NET_ADMIN the start fails and says which capability is missing and where to grant it', {
  skip,
}, async () => {
  await using lab = await warmLab()
  const without = ['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin']
  const source = new RemoteSource(lab, { options: { ...options, manageSysctls: false } }, without)
  await rejects(source.start(new Collector()), error => {
    match(String(error), /CAP_NET_ADMIN/)
    match(String(error), /capabilities\.add: \[NET_ADMIN\]/)
    return true
  })
})

test('with CAP_NET_ADMIN alone it works', { skip }, async () => {
  await using lab = await warmLab()
  const alone = ['setpriv', '--bounding-set', '-all,+net_admin', '--inh-caps', '-all,+net_admin']
  const source = new RemoteSource(lab, { options }, alone)
  const sink = new Collector()
  await source.start(sink)
  await call(lab, { host: SERVICE, port: 80 })
  await sink.until(() => totals(sink.windows).connections === 1)
  await source.stop()
  equal(sink.windows.at(-1)?.stats.mode, 'dump+events')
})
