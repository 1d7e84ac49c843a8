import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kubeconfigText } from '../../kubernetes-api/kubeconfig.ts'
import { until } from '../../lab/weir/answers.ts'
import { freePort } from '../../lab/weir/ports.ts'
import { CLUSTER } from '../ingest/cluster.ts'

const START_MS = 150_000
const bin = join(import.meta.dirname, '..', '..', '..', 'server', 'weir.ts')

/** `weir server` on one core, watching an API server. */
export class WatchingServer {
  readonly agentsPort: number
  readonly #child: ChildProcess
  readonly #logFile: string

  private constructor(child: ChildProcess, logFile: string, agentsPort: number) {
    this.#child = child
    this.#logFile = logFile
    this.agentsPort = agentsPort
  }

  /** Resolves when everything is listed. */
  static async start(folder: string, apiUrl: string, nodeFlags: readonly string[]): Promise<WatchingServer> {
    const [dashboard, agents, metrics] = [await freePort(), await freePort(), await freePort()]
    const kubeconfig = join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, kubeconfigText({ server: apiUrl }))
    const settings = {
      'dashboard-listen': `127.0.0.1:${dashboard}`,
      'agents-listen': `127.0.0.1:${agents}`,
      'metrics-listen': `127.0.0.1:${metrics}`,
      'data-dir': join(folder, 'data'),
      directory: 'kubernetes',
      cluster: CLUSTER,
      kubeconfig,
      open: 'true',
      'dashboard-auth': 'none',
    }
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
    const logFile = join(folder, 'server.log')
    const log = openSync(logFile, 'a')
    const node = [process.execPath, ...nodeFlags, bin, 'server', ...flags]
    const child = spawn('taskset', ['-c', '0', ...node], { stdio: ['ignore', log, log], cwd: folder })
    closeSync(log)
    const server = new WatchingServer(child, logFile, agents)
    try {
      await until('the server is ready', START_MS, async () => {
        server.#mustRun()
        return (await fetch(`http://127.0.0.1:${dashboard}/readyz`).catch(() => undefined))?.ok === true
      })
      return server
    } catch (error) {
      await server.stop()
      throw error
    }
  }

  /** CPU time of the process so far, all threads, in seconds: fields 14 and 15 of /proc/<pid>/stat, in 1/100 s. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  }

  rssMib(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'latin1')
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
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
