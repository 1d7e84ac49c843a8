import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Answers, until } from '../lab/weir/answers.ts'
import { freePort } from '../lab/weir/ports.ts'
import { cpuMsOf, peakMib, rssMib } from './process-cost.ts'

const bin = join(import.meta.dirname, '..', '..', 'server', 'weir.ts')

export interface PinnedServerOptions {
  /** For its data and its log. */
  readonly folder: string
  readonly core: number
  /** Such as --cpu-prof. */
  readonly nodeFlags: readonly string[]
  /** Where it learns who is who, by flag. */
  readonly directory: { readonly [flag: string]: string }
  /** How long it may take until it is ready. */
  readonly startMs: number
}

/** `weir server` on one core, on ports of its own, open to everybody on the loopback. */
export class PinnedServer {
  readonly answers: Answers
  readonly agentsPort: number
  readonly dashboardUrl: string
  readonly #child: ChildProcess
  readonly #logFile: string

  private constructor(child: ChildProcess, logFile: string, dashboardPort: number, agentsPort: number) {
    this.#child = child
    this.#logFile = logFile
    this.agentsPort = agentsPort
    this.dashboardUrl = `http://127.0.0.1:${dashboardPort}`
    this.answers = new Answers(this.dashboardUrl)
  }

  /** Resolves when it is ready. @throws Error with the end of its log. */
  static async start({ folder, core, nodeFlags, directory, startMs }: PinnedServerOptions): Promise<PinnedServer> {
    const [dashboard, agents, metrics] = [await freePort(), await freePort(), await freePort()]
    const settings = {
      'dashboard-listen': `127.0.0.1:${dashboard}`,
      'agents-listen': `127.0.0.1:${agents}`,
      'metrics-listen': `127.0.0.1:${metrics}`,
      'data-dir': join(folder, 'data'),
      ...directory,
      open: 'true',
      'dashboard-auth': 'none',
    }
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
    const logFile = join(folder, 'server.log')
    const log = openSync(logFile, 'a')
    const node = [process.execPath, ...nodeFlags, bin, 'server', ...flags]
    const child = spawn('taskset', ['-c', String(core), ...node], { stdio: ['ignore', log, log], cwd: folder })
    closeSync(log)
    const server = new PinnedServer(child, logFile, dashboard, agents)
    try {
      await until('the server is ready', startMs, async () => {
        server.#mustRun()
        return (await fetch(`${server.dashboardUrl}/readyz`).catch(() => undefined))?.ok === true
      })
      return server
    } catch (error) {
      await server.stop()
      throw error
    }
  }

  /** CPU time of the process so far, all threads, in seconds. */
  cpuSeconds(): number {
    return cpuMsOf(this.#child.pid ?? 0) / 1000
  }

  rssMib(): number {
    return Math.round(rssMib(this.#child.pid ?? 0))
  }

  /** The most memory it ever had. */
  peakMib(): number {
    return Math.round(peakMib(this.#child.pid ?? 0))
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await ended
  }

  #mustRun(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) return
    throw new Error(`the server ended:\n${readFileSync(this.#logFile, 'utf8').slice(-2_000)}`)
  }
}
