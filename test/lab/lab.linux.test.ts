import { deepEqual, equal, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { podAddresses } from './addresses.ts'
import { type Lab, openLab } from './lab.ts'
import { podOf } from './layout.ts'
import { run } from './net/command.ts'
import { readRecords, recordFile } from './registry.ts'
import { namespaces, sweepDeadLabs } from './remove.ts'
import { MTUS, shop } from './shop.ts'
import { Endpoints } from './traffic/endpoints.ts'
import { oneWay, readPort, readTruth, since } from './truth.ts'

const skip =
  process.platform === 'linux' && process.getuid?.() === 0 ? false : 'needs root on Linux: makes network namespaces'

// RFC 791, RFC 793, RFC 7323: headers without options; the timestamp option on every segment; 8 more bytes on a SYN.
const UDP_HEADERS = 20 + 8
const TCP_HEADERS = 20 + 20 + 12
const SYN_EXTRA = 8

for (const mtu of MTUS)
  describe(`a lab at MTU ${mtu}`, { skip }, () => {
    let lab: Lab
    let endpoints: Endpoints
    before(async () => {
      lab = await openLab(shop(mtu))
      endpoints = new Endpoints(lab)
      await endpoints.listen('cart-0', [8080])
    })
    after(() => lab[Symbol.asyncDispose]())
    const address = (pod: string) => podAddresses(lab.layout, podOf(lab.layout, pod)).v4

    test('the counter is calibrated: a known number of datagrams counts as exactly their bytes', async () => {
      const from = await readTruth(lab)
      const portBefore = await readPort(lab, 'a1')
      const order = { host: address('cart-0'), ports: [8080], up: 1000, down: 500, times: 200, everyMs: 1 }
      await endpoints.do('web-0', { kind: 'datagrams', ...order })
      const seen = since(from, await readTruth(lab))
      const port = await readPort(lab, 'a1')
      const [web, cart] = [[address('web-0')], [address('cart-0')]]
      deepEqual(oneWay(seen, web, cart), { frames: 200, bytes: 200 * (1000 + UDP_HEADERS) })
      deepEqual(oneWay(seen, cart, web), { frames: 200, bytes: 200 * (500 + UDP_HEADERS) })
      // The interface's own counter agrees: it adds 14 bytes of Ethernet header a frame.
      deepEqual(
        { frames: port.frames - portBefore.frames, bytes: port.bytes - portBefore.bytes },
        { frames: 200, bytes: 200 * (1000 + UDP_HEADERS + 14) },
      )
    })

    test('the wire carries frames of MTU size, the nodes at both ends track superpackets', async () => {
      const from = await readTruth(lab)
      const order = { host: address('cart-0'), ports: [8080], up: 100_000, down: 20_000_000, times: 1, everyMs: 0 }
      await endpoints.do('web-0', { kind: 'exchange', ...order })
      const seen = since(from, await readTruth(lab))
      equal(seen.oversizeFrames, 0)
      const down = oneWay(seen, [address('cart-0')], [address('web-0')])
      const payload = down.bytes - down.frames * TCP_HEADERS - SYN_EXTRA
      ok(payload >= 20_000_000 && payload < 20_200_000, `${payload} bytes of payload and retransmissions`)
      for (const node of ['a1', 'b1']) {
        const entry = await lab.exec(node, 'conntrack', '-L', '-p', 'tcp', '--orig-src', address('web-0'))
        const reply = [...entry.matchAll(/packets=(\d+) bytes=(\d+)/g)][1]
        const average = Number(reply?.[2]) / Number(reply?.[1])
        ok(average > 1.5 * mtu, `${node}: ${average} bytes a packet as its connection tracking sees them`)
      }
    })

    test('nothing but traffic of the lab crosses the switch', async () => {
      const { counts } = await readTruth(lab)
      const noise = counts.filter(c => c.protocol !== 'tcp' && c.protocol !== 'udp')
      deepEqual(noise, [])
    })
  })

test('a lab leaves no namespace, link, record or folder behind', { skip }, async () => {
  const lab = await openLab(shop(1500))
  const record = readRecords().find(r => r.mark === lab.room.mark)
  ok(record)
  await lab[Symbol.asyncDispose]()
  deepEqual(await leftovers(lab.prefix), [])
  ok(!existsSync(recordFile(record.slot)) || readRecords().every(r => r.mark !== lab.room.mark))
  ok(!existsSync(lab.room.folder))
})

test('a lab that is killed is cleaned up by its janitor', { skip }, async () => {
  const { child, prefix } = await labInAnotherProcess()
  child.kill('SIGKILL')
  await until(async () => (await leftovers(prefix)).length === 0)
})

test('what a killed lab and its killed janitor left is swept by the next start', { skip }, async () => {
  const { child, prefix } = await labInAnotherProcess()
  for (const pid of childrenOf(child)) process.kill(pid, 'SIGKILL')
  child.kill('SIGKILL')
  await once(child, 'close')
  ok((await leftovers(prefix)).length > 0, 'there is something to sweep')
  ok((await sweepDeadLabs()).includes(prefix.replace(/^weir/, '')))
  deepEqual(await leftovers(prefix), [])
})

async function leftovers(prefix: string): Promise<string[]> {
  const own = (await namespaces()).filter(name => name.startsWith(`${prefix}-`))
  const bridge = prefix.replace(/^weir/, 'w')
  const links = (await run('ip', ['-o', 'link'])).split('\n').filter(line => line.includes(`: ${bridge}`))
  return [
    ...own,
    ...links,
    ...readRecords().flatMap(r => (r.mark === prefix.replace(/^weir/, '') ? [recordFile(r.slot)] : [])),
  ]
}

async function labInAnotherProcess(): Promise<{ child: ChildProcess; prefix: string }> {
  const file = (name: string) => JSON.stringify(join(import.meta.dirname, name))
  const script = `import { openLab } from ${file('lab.ts')}
    import { shop } from ${file('shop.ts')}
    const lab = await openLab(shop(1500))
    console.log(lab.prefix)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [prefix] = await once(child.stdout.setEncoding('utf8'), 'data')
  return { child, prefix: String(prefix).trim() }
}

const childrenOf = (child: ChildProcess): number[] =>
  readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return
    await delay(50)
  }
  throw new Error('did not come true within 10 s')
}
