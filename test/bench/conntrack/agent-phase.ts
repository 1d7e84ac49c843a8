import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { atMost, type Bar } from '../ingest/bars.ts'
import { cpuMsOf, rssMib } from '../process-cost.ts'
import { median } from './dump-phase.ts'
import { fill, touch } from './fill.ts'
import type { Cost } from './floor.ts'
import type { BenchSpace } from './space.ts'

const bin = new URL('../../../server/weir.js', import.meta.url).pathname
const AGENTS = '127.0.0.1:18081'
const STEP_MS = 5000
/**
 * The whole agent's CPU to the kernel's part of it: a guard against growth, with room for the noise of a run (2.0 to 2.1
 * were found). Absolute shares hang on the machine, and on how cold 5 s of rest leave it.
 */
const FLOOR_RATIO = 2.5

/**
 * Whole agents, with a server to report to, at the defaults: dumps every 5 s, windows of 10 s.
 * @param warm seconds before the first that counts: an agent runs for weeks, its code is compiled
 */
export async function agentPhase(space: BenchSpace, seconds: number, warm: number, say: (line: string) => void) {
  const home = space.room.folder
  const cache = join(home, 'compile-cache')
  writeFileSync(join(home, 'secret'), 'only-for-this-benchmark', { mode: 0o600 })
  writeFileSync(join(home, 'directory.json'), JSON.stringify(directory()))
  const listen = [
    '--agents-listen',
    AGENTS,
    '--dashboard-listen',
    '127.0.0.1:18080',
    '--metrics-listen',
    '127.0.0.1:19090',
  ]
  const files = ['--directory-file', join(home, 'directory.json'), '--data-dir', join(home, 'data')]
  const secret = ['--secret-file', join(home, 'secret')]
  const noDashboard = ['--dashboard-auth', 'none'] // in a namespace of its own
  const env = { ...process.env, NODE_COMPILE_CACHE: cache }
  const server = space.spawn(process.execPath, [bin, 'server', ...listen, ...files, ...secret, ...noDashboard], env)
  let said = ''
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    said = text
  })
  const startAgent = (name: string) => {
    const spool = join(home, `spool-${name}`)
    mkdirSync(spool)
    const own = ['--server-url', `http://${AGENTS}`, '--node', 'node-1', '--cluster', 'bench', '--spool-dir', spool]
    const agent = space.spawn(process.execPath, [bin, 'agent', ...own, '--mtu', '9001', ...secret], env)
    agent.stdout.resume()
    return agent
  }
  try {
    // An image comes with compiled code; the first start here makes it. Without it, Node keeps its TypeScript stripper
    // in memory, once per thread.
    await fill(space, 20_000)
    const first = startAgent('first')
    await delay(3 * STEP_MS)
    const uncachedMib = rssMib(first.pid ?? 0)
    if (server.exitCode !== null) throw new Error(`the server ended: ${said}`)
    first.kill('SIGTERM')
    await once(first, 'exit')

    // In the same minute, so that a busy machine shows: it makes every instruction dearer, the kernel's too.
    const floor = space.program('./program-floor.ts', {})
    const floorMs = async (): Promise<number> => {
      floor.tell({})
      return (await floor.says<Cost>()).cpuMs
    }
    await fill(space, 0)
    const empty: number[] = []
    for (let i = 0; i < 9; i++) empty.push(await floorMs())
    const emptyMs = median(empty)
    say(`reading an empty table: ${emptyMs.toFixed(1)} ms of CPU, for its buckets`)
    const figures = []
    const bars: Bar[] = []
    for (const [entries, span] of [
      [20_000, seconds],
      [250_000, 30],
    ] as const) {
      await fill(space, entries)
      const agent = startAgent(String(entries))
      const pid = agent.pid ?? 0
      for (let at = 0; at < warm * 1000; at += STEP_MS) {
        await betweenDumps()
        await touch(space, entries)
      }
      const [cpu, began] = [cpuMsOf(pid), performance.now()]
      let most = 0
      let kernelMs = 0
      for (let at = 0; at < span * 1000; at += STEP_MS) {
        await betweenDumps()
        await touch(space, entries)
        most = Math.max(most, rssMib(pid))
        kernelMs += await floorMs()
      }
      const elapsed = performance.now() - began
      const share = (cpuMsOf(pid) - cpu) / elapsed
      const floorShare = kernelMs / elapsed
      agent.kill('SIGTERM')
      await once(agent, 'exit')
      figures.push({
        entries,
        seconds: span,
        warm,
        cpuShare: share,
        floorShare,
        cpuToFloor: share / floorShare,
        rssMib: most,
      })
      say(
        `agent at ${entries} entries: ${(share * 100).toFixed(2)} % of a core, ${most.toFixed(1)} MiB; ` +
          `reading the table as often without a look at it: ${(floorShare * 100).toFixed(2)} %`,
      )
      // A longer table is read less often than every 5 s, so that only this one can be held against the kernel.
      if (entries === 20_000)
        bars.push(
          atMost('CPU of the agent at 20,000 entries', share * 100, 1, '% of a core'),
          atMost('CPU of the agent against the kernel floor at 20,000 entries', share / floorShare, FLOOR_RATIO, '×'),
        )
      bars.push(
        atMost(
          `memory of the agent at ${entries.toLocaleString('en')} entries`,
          most,
          entries === 20_000 ? 90 : 160,
          'MiB',
        ),
      )
    }
    await floor.kill('SIGTERM')
    say(`before its code was compiled once, the agent at 20,000 entries took ${uncachedMib.toFixed(1)} MiB`)
    return { figures: { agents: figures, emptyMs, uncachedMib }, bars }
  } finally {
    server.kill('SIGTERM')
    if (server.exitCode === null) await once(server, 'exit')
  }
}

/** Resolves half way between two dumps, so that what the benchmark does is not added to what the agent does. */
const betweenDumps = (): Promise<void> => delay(STEP_MS - ((Date.now() + STEP_MS / 2) % STEP_MS))

/** 250 pods that call 40 others in two zones: all that the flows of this benchmark come from and go to. */
function directory() {
  const zones = ['a', 'b'].map((letter, i) => ({
    name: `us-east-1${letter}`,
    id: `use1-az${i + 1}`,
    region: 'us-east-1',
    account: '123456789012',
  }))
  const nodes = zones.map((zone, i) => ({ name: `node-${i + 1}`, zone: zone.name, addresses: [`10.1.255.${i + 1}`] }))
  const pod = (name: string, node: string, address: string) => ({
    namespace: 'bench',
    name,
    workload: { kind: 'Deployment', name: name.split('-')[0] },
    node,
    addresses: [address],
    ports: [],
    hostNetwork: false,
  })
  const callers = Array.from({ length: 250 }, (_, i) => pod(`caller-${i}`, 'node-1', `10.1.0.${i + 2}`))
  const tcp = Array.from({ length: 40 }, (_, i) => pod(`web-${i}`, 'node-2', `10.2.0.${i + 2}`))
  const udp = Array.from({ length: 40 }, (_, i) => pod(`dns-${i}`, 'node-2', `10.200.0.${i + 2}`))
  return { cluster: 'bench', zones, nodes, subnets: [], pods: [...callers, ...tcp, ...udp], services: [] }
}
