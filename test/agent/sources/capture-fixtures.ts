/**
 * Makes test/fixtures/conntrack anew from the kernel it runs on (root, Linux):
 *   node test/agent/sources/capture-fixtures.ts
 * The messages are what the kernel sent; what they must mean is what conntrack-tools printed of the same entries, and
 * nft's counters. Neither comes from this project's code.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { runIn } from '../../lab/net/command.ts'
import { Collector } from './collector.ts'
import { RemoteSource } from './remote-source.ts'
import { CLIENT, RouterLab, SERVER, SERVER6, SERVICE } from './router-lab.ts'

const folder = new URL('../../fixtures/conntrack/', import.meta.url).pathname
const kernel = `Linux ${release()}`
const madeBy = `captured ${new Date().toISOString().slice(0, 10)} on ${kernel} by test/agent/sources/capture-fixtures.ts`

/** One echo request to each address over a ping socket, for which the kernel fills in id and checksum. */
const ping = `use Socket qw(:all);
for (@ARGV) {
  my $six = /:/;
  socket(my $s, $six ? AF_INET6 : AF_INET, SOCK_DGRAM, $six ? 58 : 1) or die "socket: $!";
  my $to = $six ? pack_sockaddr_in6(0, inet_pton(AF_INET6, $_)) : pack_sockaddr_in(0, inet_aton($_));
  send($s, pack('C2 n3', $six ? 128 : 8, 0, 0, 0, 1), 0, $to) or die "send: $!";
  recv($s, my $answer, 100, 0);
}`

async function captureMessages(): Promise<void> {
  await using lab = await RouterLab.open()
  const shell = (namespace: string, line: string) => runIn(namespace, 'sh', ['-c', line])
  const datagram = (proto: string, to: string) => shell(lab.client, `echo hi | socat -u - ${proto}:${to}`)
  await runIn(
    lab.router,
    'nft',
    ['-f', '-'],
    'table ip zones { chain a { type filter hook prerouting priority raw; udp dport 7777 ct zone set 5; }; }',
  )
  const server = lab.program(lab.server, './program-server.ts', {})
  await server.says()
  // One TCP connection picked up in mid-stream: the table is flushed under it.
  const slow = lab.program(lab.client, './program-hold.ts', { host: SERVER, port: 8080 })
  await slow.says()
  await runIn(lab.router, 'conntrack', ['-F'])
  slow.tell('more')
  await slow.says()
  const held = lab.program(lab.client, './program-hold.ts', { host: SERVICE, port: 80 })
  await held.says()
  const held6 = lab.program(lab.client, './program-hold.ts', { host: SERVER6, port: 8080 })
  await held6.says()
  await datagram('UDP4', `${SERVER}:9999`)
  await datagram('UDP4', `${SERVER}:7777`)
  await datagram('UDP6', `[${SERVER6}]:9999`)
  await shell(lab.client, "sysctl -qw net.ipv4.ping_group_range='0 0'")
  await runIn(lab.client, 'perl', ['-e', ping, SERVER, SERVER6])
  await runIn(lab.router, 'sysctl', ['-qw', 'net.netfilter.nf_conntrack_acct=0'])
  await datagram('UDP4', `${SERVER}:9998`)
  await runIn(lab.router, 'sysctl', ['-qw', 'net.netfilter.nf_conntrack_acct=1'])

  const capture = lab.program(lab.router, './program-capture.ts', {})
  await capture.says()
  capture.tell('dump')
  const dumped = await capture.says<string[]>()
  const printed = []
  for (const family of ['ipv4', 'ipv6'])
    printed.push(await runIn(lab.router, 'conntrack', ['-L', '-f', family, '-o', 'xml,id']))
  await runIn(lab.router, 'conntrack', ['-F'])
  capture.tell('events')
  const ended = await capture.says<string[]>()
  const flows = printed.flatMap(text => [...text.matchAll(/<flow>.*?<\/flow>/gs)].map(([flow]) => expectation(flow)))
  // CTA_ID: attribute length 8, type 12, then the id, big-endian. It tells which message is which entry.
  const idOf = (hex: string) => /08000c00(.{8})/.exec(hex)?.[1] ?? ''
  const by = (messages: string[], id: number) =>
    messages.find(hex => Number.parseInt(idOf(hex), 16) === id) ?? 'missing'
  const entries = flows.map(flow => ({ expect: flow, entry: by(dumped, flow.id), ended: by(ended, flow.id) }))
  if (entries.length < 8 || entries.some(e => e.entry === 'missing' || e.ended === 'missing'))
    throw new Error(`some of ${entries.length} entries have no message: ${JSON.stringify(entries)}`)
  const note = `${madeBy}; expect: conntrack -L -o xml,id of the same entries; entry: from a dump; ended: DESTROY at a flush`
  writeFileSync(`${folder}messages.json`, `${JSON.stringify({ note, client: CLIENT, entries }, null, 1)}\n`)
}

/** The numbers of one <flow> of conntrack-tools. */
function expectation(flow: string) {
  const [original = '', reply = '', rest = ''] = flow.split('</meta>')
  const field = (text: string, name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1]
  const number = (text: string, name: string) => Number(field(text, name) ?? 0)
  const side = (text: string) => ({
    src: field(text, 'src'),
    dst: field(text, 'dst'),
    sport: number(text, 'sport'),
    dport: number(text, 'dport'),
    packets: number(text, 'packets'),
    bytes: number(text, 'bytes'),
  })
  const protocol = /<layer4 protonum="(\d+)"/.exec(original)?.[1]
  const counted = original.includes('<counters>')
  return {
    id: number(rest, 'id'),
    zone: number(rest, 'zone'),
    protocol: Number(protocol),
    counted,
    original: side(original),
    reply: side(reply),
  }
}

async function captureRecording(): Promise<void> {
  await using lab = await RouterLab.open()
  const server = lab.program(lab.server, './program-server.ts', {})
  await server.says()
  const warm = lab.program(lab.client, './program-client.ts', [
    { host: SERVER6, port: 8080, count: 1, parallel: 1, send: 10, receive: 10 },
    { host: SERVICE, port: 80, count: 1, parallel: 1, send: 10, receive: 10 },
  ])
  await warm.says()
  const before = await lab.truth()
  const options = { mtu: 1500, windowMs: 1000, dumpEveryMs: 500, dumpShare: 1, drainEveryMs: 50 }
  const source = new RemoteSource(lab, { options: { ...options, recordTo: `${folder}shop.rec` } })
  await source.start(new Collector())
  const client = lab.program(lab.client, './program-client.ts', [
    { host: SERVICE, port: 80, count: 12, parallel: 3, send: 300, receive: 3000 },
    { host: SERVER, port: 8080, count: 6, parallel: 1, send: 200, receive: 1000, localPort: 40000 },
    { host: SERVER6, port: 8080, count: 4, parallel: 2, send: 300, receive: 3000 },
    { host: SERVICE, port: 80, count: 1, parallel: 1, send: 300, receive: 2_000_000 },
  ])
  await client.says()
  await source.stop()
  const after = await lab.truth()
  const truth = { up: after.up - before.up, down: after.down - before.down, connections: 23 }
  writeFileSync(`${folder}shop.json`, `${JSON.stringify({ note: `${madeBy}; truth: nft counters`, truth }, null, 1)}\n`)
}

mkdirSync(folder, { recursive: true })
await captureMessages()
await captureRecording()
