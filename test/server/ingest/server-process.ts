import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { CoverageAnswer } from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { EmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import type { FactRow } from './memory-store.ts'

const DAY_MS = 86_400_000
const bin = fileURLToPath(new URL('../../../server/weir.ts', import.meta.url))

/** Four nodes in two zones with one pod each, there since long ago. */
export const directoryFile = JSON.stringify({
  cluster: 'lab',
  zones: ['a', 'b'].map(letter => ({ name: `lab-1${letter}`, region: 'lab-1' })),
  nodes: ['a1', 'a2', 'b1', 'b2'].map((name, i) => ({
    name,
    zone: `lab-1${name.slice(0, 1)}`,
    addresses: [`10.20.0.${i + 1}`],
    since: '2023-01-01T00:00:00Z',
  })),
  pods: ['a1', 'a2', 'b1', 'b2'].map((node, i) => ({
    namespace: 'shop',
    name: `app-${node}-0`,
    workload: { kind: 'Deployment', name: `app-${node}` },
    node,
    addresses: [`10.244.${i + 1}.10`],
    since: '2023-01-01T00:00:00Z',
  })),
})

/** `weir server` as a process of its own on a folder of its own, to be killed and started again. */
export class ServerProcess {
  readonly folder: string
  /** Ports of the listeners for agents and for the dashboard. */
  port = 0
  dashboardPort = 0
  #child: ChildProcess | undefined

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'weir-server-'))
    await writeFile(join(folder, 'directory.json'), directoryFile)
    return new ServerProcess(folder)
  }

  /** Resolves when the server takes batches. `sealAfterMs`: see the setting. */
  async start(sealAfterMs: number): Promise<void> {
    const loopback = '127.0.0.1:0'
    const settings = {
      '--data-dir': join(this.folder, 'data'),
      '--directory-file': join(this.folder, 'directory.json'),
      '--open': 'true',
      '--dashboard-auth': 'none',
      '--seal-after-ms': String(sealAfterMs),
      '--agents-listen': loopback,
      '--dashboard-listen': loopback,
      '--metrics-listen': loopback,
    }
    const child = spawn(process.execPath, [bin, 'server', ...Object.entries(settings).flat()], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH },
    })
    this.#child = child
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', line => said.push(line))
    const lines = createInterface({ input: child.stdout })
    const died = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the server ended with ${code ?? signal}: ${said.slice(-5).join('\n')}`)
    })
    died.catch(() => {}) // is asked for only while it starts
    const listening = new Promise<void>(resolve => {
      lines.on('line', line => {
        const { part, message, port } = JSON.parse(line)
        if (message !== 'listening') return
        if (part === 'dashboard') this.dashboardPort = port
        if (part !== 'agents') return
        this.port = port
        resolve()
      })
    })
    await Promise.race([listening, died])
  }

  /** Up to when the server says that everything is decided. */
  async sealedUntil(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.dashboardPort}/api/v1/coverage`)
    const { sealedUntil } = (await response.json()) as CoverageAnswer
    return sealedUntil ?? 0
  }

  /** SIGKILL at once: nothing is written any more. SIGTERM: stops in order. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }

  /** All that the store of a server that has ended holds, per series. */
  stored(): Promise<Omit<FactRow, 'minute'>[]> {
    return storedIn(join(this.folder, 'data'), Date.now())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL')
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** All that a store holds of the days around `now`, per series. */
export async function storedIn(directory: string, now: number): Promise<Omit<FactRow, 'minute'>[]> {
  const store = new EmbeddedStore({ directory, onBroken: () => {} })
  await store.start()
  try {
    const today = Math.floor(now / DAY_MS) * DAY_MS
    const sums = await store.sumBySeries({ from: epochMs(today - 7 * DAY_MS), to: epochMs(today + 2 * DAY_MS) })
    return Array.from({ length: sums.count }, (_, i) => ({
      series: store.series(sums.series[i] ?? -1),
      bytesToResponder: sums.bytesToResponder[i] ?? 0,
      bytesToInitiator: sums.bytesToInitiator[i] ?? 0,
      wireToResponder: sums.wireToResponder[i] ?? 0,
      wireToInitiator: sums.wireToInitiator[i] ?? 0,
      connections: sums.connections[i] ?? 0,
    }))
  } finally {
    await store.stop()
  }
}
