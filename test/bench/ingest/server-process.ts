import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DirectoryUpdate, LabelAnswer } from '@weir/contract/directory-wire.ts'
import { MAX_LABEL_QUESTION } from '@weir/contract/directory-wire.ts'
import { Answers, until } from '../../lab/weir/answers.ts'
import { freePort } from '../../lab/weir/ports.ts'
import { type BenchCluster, CLUSTER } from './cluster.ts'
import type { Known } from './windows.ts'

/** Reading a directory of 12,000 pods takes its time on one core that others use too. */
const START_MS = 180_000
const bin = join(import.meta.dirname, '..', '..', '..', 'server', 'weir.ts')

/** `weir server` on one core, in a folder of its own. */
export class ServerProcess {
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

  /** @param nodeFlags such as --cpu-prof. */
  static async start(
    folder: string,
    cluster: BenchCluster,
    core: number,
    nodeFlags: readonly string[] = [],
  ): Promise<ServerProcess> {
    const [dashboard, agents, metrics] = [await freePort(), await freePort(), await freePort()]
    const directoryFile = join(folder, 'directory.json')
    writeFileSync(directoryFile, cluster.directoryFile())
    const logFile = join(folder, 'server.log')
    const log = openSync(logFile, 'a')
    const settings = {
      'dashboard-listen': `127.0.0.1:${dashboard}`,
      'agents-listen': `127.0.0.1:${agents}`,
      'metrics-listen': `127.0.0.1:${metrics}`,
      'data-dir': join(folder, 'data'),
      'directory-file': directoryFile,
      open: 'true',
      'dashboard-auth': 'none',
    }
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
    const node = [process.execPath, ...nodeFlags, bin, 'server', ...flags]
    const child = spawn('taskset', ['-c', String(core), ...node], { stdio: ['ignore', log, log], cwd: folder })
    closeSync(log)
    const server = new ServerProcess(child, logFile, dashboard, agents)
    try {
      await until('the server is ready', START_MS, async () => {
        server.#mustRun()
        return (await fetch(`${server.dashboardUrl}/readyz`).catch(() => undefined))?.ok === true
      })
      return server
    } catch (error) {
      await server.stop()
      throw error
    }
  }

  /** The label ids and Service ids that agents would learn. */
  async known(cluster: BenchCluster): Promise<Known> {
    const url = `http://127.0.0.1:${this.agentsPort}/agent/v1`
    const update = (await ask(`${url}/directory?node=${cluster.nodeName(0)}&cluster=${CLUSTER}`)) as DirectoryUpdate
    const labels = new Map<string, number>()
    const addresses = cluster.pods.map(pod => pod.address)
    for (let from = 0; from < addresses.length; from += MAX_LABEL_QUESTION) {
      const question = { node: cluster.nodeName(0), addresses: addresses.slice(from, from + MAX_LABEL_QUESTION) }
      const answer = (await ask(`${url}/labels`, JSON.stringify(question))) as LabelAnswer
      for (const { id, address, port } of answer.labels) if (port === undefined) labels.set(address, id)
    }
    return { labels, services: new Map(update.services.map(({ name, id }) => [name, id])) }
  }

  /** CPU time of the process so far, all threads, in seconds: fields 14 and 15 of /proc/<pid>/stat, in 1/100 s. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  }

  /** The most memory it ever had, MiB. */
  peakMib(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'latin1')
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024)
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

async function ask(url: string, body?: string): Promise<unknown> {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response.json()
}
