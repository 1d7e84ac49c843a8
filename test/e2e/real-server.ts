import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { toyDirectory } from './toy-cluster.ts'

const program = new URL('../../server/weir.ts', import.meta.url).pathname
const HOUR_MS = 3_600_000
export const toySecret = 'toy-secret-of-the-browser-tests'

/** Texts of the files that say who may see what. */
interface Access {
  readonly tokens?: string
  readonly rights?: string
  /** In place of the toy cluster's file: a cluster whose API server is watched. */
  readonly kubeconfig?: string
}

/** A real `weir server` in a process of its own, on loopback ports, over data of its own. */
export class RealServer {
  readonly #directory: string
  readonly #webDir: string
  readonly #access: Access
  #child: ChildProcess | undefined
  #ports = { dashboard: 0, agents: 0, metrics: 0 }

  private constructor(directory: string, webDir: string, access: Access) {
    this.#directory = directory
    this.#webDir = webDir
    this.#access = access
  }

  /** Resolves when it listens. `webDir`: a built page. Without `access` it asks nobody who they are. */
  static async start(webDir: string, access: Access = {}): Promise<RealServer> {
    const directory = await mkdtemp(join(tmpdir(), 'weir-server-'))
    await writeFile(join(directory, 'directory.yaml'), toyDirectory(new Date(Date.now() - HOUR_MS)))
    await writeFile(join(directory, 'secret'), toySecret)
    for (const [name, text] of Object.entries(access)) await writeFile(join(directory, name), text)
    const server = new RealServer(directory, webDir, access)
    try {
      await server.run()
      return server
    } catch (error) {
      await server.close()
      throw error
    }
  }

  get pageUrl(): string {
    return `http://127.0.0.1:${this.#ports.dashboard}/`
  }

  get agentsUrl(): string {
    return `http://127.0.0.1:${this.#ports.agents}`
  }

  /** Starts it (again): the same data, and once they are known the same ports. */
  async run(): Promise<void> {
    if (this.#child !== undefined) throw new Error('the server runs already')
    const flags = {
      'dashboard-listen': `127.0.0.1:${this.#ports.dashboard}`,
      'agents-listen': `127.0.0.1:${this.#ports.agents}`,
      'metrics-listen': `127.0.0.1:${this.#ports.metrics}`,
      'data-dir': join(this.#directory, 'data'),
      ...this.#directoryFlags(),
      'secret-file': join(this.#directory, 'secret'),
      'web-dir': this.#webDir,
      ...this.#accessFlags(),
    }
    const child = spawn(
      process.execPath,
      [program, 'server', ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    this.#child = child
    await this.#listening(child)
  }

  #directoryFlags(): { readonly [name: string]: string } {
    if (this.#access.kubeconfig === undefined) return { 'directory-file': join(this.#directory, 'directory.yaml') }
    return { directory: 'kubernetes', cluster: 'toy', kubeconfig: join(this.#directory, 'kubeconfig') }
  }

  #accessFlags(): { readonly [name: string]: string } {
    if (this.#access.tokens === undefined) return { 'dashboard-auth': 'none' }
    return { 'dashboard-token-file': join(this.#directory, 'tokens'), 'rights-file': join(this.#directory, 'rights') }
  }

  /** Ends the process and waits until it is gone; the data stays. */
  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  async close(): Promise<void> {
    await this.kill()
    await rm(this.#directory, { recursive: true, force: true })
  }

  /** Reads the ports off the log: every listener says "listening" with its own. */
  async #listening(child: ChildProcess): Promise<void> {
    if (child.stdout === null) throw new Error('the server has no output')
    const lines = createInterface({ input: child.stdout })
    const log: string[] = []
    const ports = new Map<string, number>()
    await new Promise<void>((resolve, reject) => {
      child.once('exit', code => reject(new Error(`the server ended with ${code}:\n${log.join('\n')}`)))
      lines.on('line', line => {
        log.push(line)
        const entry: { part?: string; message?: string; port?: number } = line.startsWith('{') ? JSON.parse(line) : {}
        if (entry.message === 'listening') ports.set(entry.part ?? '', entry.port ?? 0)
        if (ports.size === 3) resolve()
      })
    })
    const port = (part: string) => ports.get(part) ?? 0
    this.#ports = { dashboard: port('dashboard'), agents: port('agents'), metrics: port('metrics') }
  }
}
