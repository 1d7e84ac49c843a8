import { join } from 'node:path'
import type { Lab } from '../lab.ts'
import { type Layout, type NodeSpec, nodeOf } from '../layout.ts'
import type { Room } from '../room.ts'
import { Answers } from './answers.ts'
import { freePort } from './ports.ts'
import { Program } from './program.ts'
import { type DirectoryKind, surroundingsOf, type WeirSurroundings } from './surroundings.ts'

/** As in docs: the server's port for agents. */
const AGENTS_PORT = 8081

export interface WeirOptions {
  /** Of the page and its API, on 127.0.0.1; where it is taken, or not given, a free one. */
  readonly dashboardPort?: number
  /** Defaults of the programs where not given. */
  readonly windowMs?: number
  readonly dumpEveryMs?: number
  readonly sealAfterMs?: number
  /** Default: a file, with a secret for all agents. */
  readonly directory?: DirectoryKind
}

/** Where Weir runs: in a lab, or beside a recording of one. */
export interface Home {
  readonly room: Room
  readonly layout: Layout
  /** Where the server listens for agents. */
  readonly agentsHost: string
  /** The namespace of a node's agent; undefined = the machine's own. */
  namespaceOf(node: NodeSpec): string | undefined
  /** What an agent is told of its source of flows. */
  sourceOf(node: NodeSpec): readonly string[]
}

/** The live kernel of every node of a lab. */
export const homeIn = (lab: Lab): Home => ({
  room: lab.room,
  layout: lab.layout,
  agentsHost: lab.managementAddress,
  namespaceOf: node => lab.namespace(node.key),
  sourceOf: () => [],
})

/** A server in the machine's own namespace and one agent for every node. */
export interface Weir {
  /** Of the page and its API, without a slash at the end. */
  readonly url: string
  readonly answers: Answers
  /** What the server tells Prometheus. */
  metrics(): Promise<string>
  /** Tells the server of pods that moved. */
  show: WeirSurroundings['show']
  readonly server: Program
  /** By the key of its node. @throws RangeError when there is no such node. */
  agent(node: string): Program
  /** Resolves when it is ready. */
  startServer(): Promise<void>
  /** On the spool of the agent before, as a restarted or replaced pod of a DaemonSet does. */
  startAgent(node: string): void
  /** Waits until the server has heard all agents. */
  allHeard(): Promise<void>
  /** @throws Error with the end of the log of a program that does not run. */
  mustRun(): void
  /** Resolves when any of the programs ends. */
  anyEnded(): Promise<void>
}

/** Starts a server and all agents; resolves when the server has heard them all. The room ends them. */
export async function startWeir(home: Home, options: WeirOptions = {}): Promise<Weir> {
  const { room, layout } = home
  const around = await surroundingsOf[options.directory ?? 'file'](room, layout)

  const dashboard = `127.0.0.1:${await freePort(options.dashboardPort)}`
  const listen = {
    dashboard,
    agents: `${home.agentsHost}:${await freePort(AGENTS_PORT, home.agentsHost)}`,
    metrics: `127.0.0.1:${await freePort()}`,
  }
  const url = `http://${dashboard}`
  const answers = new Answers(url)
  const server = new Program(room, 'server')
  const agents = new Map(layout.nodes.map(n => [n.key, new Program(room, `agent-${n.key}`, home.namespaceOf(n))]))
  const agent = (key: string): Program => {
    const program = agents.get(key)
    if (program === undefined) throw new RangeError(`no node ${key} in the lab`)
    return program
  }
  const weir: Weir = {
    url,
    answers,
    metrics: async () => (await fetch(`http://${listen.metrics}/metrics`)).text(),
    show: around.show,
    server,
    agent,
    async startServer() {
      server.start(serverArguments(room, options, listen, around))
      await answers.ready(() => server.mustRun())
    },
    startAgent(node) {
      agent(node).start(agentArguments(home, options, listen.agents, nodeOf(layout, node), around))
    },
    mustRun() {
      for (const program of [server, ...agents.values()]) program.mustRun()
    },
    async anyEnded() {
      await Promise.race([server, ...agents.values()].map(program => program.ended()))
    },
    async allHeard() {
      const names = layout.nodes.map(n => n.name)
      await answers.heard(names, () => weir.mustRun())
    },
  }
  await weir.startServer()
  for (const node of layout.nodes) weir.startAgent(node.key)
  await weir.allHeard()
  return weir
}

function serverArguments(
  room: Room,
  options: WeirOptions,
  listen: { readonly dashboard: string; readonly agents: string; readonly metrics: string },
  around: WeirSurroundings,
): string[] {
  return [
    'server',
    ...around.serverArguments,
    ...['--data-dir', join(room.folder, 'data')],
    ...['--dashboard-auth', 'none'], // on loopback, of a lab
    ...['--dashboard-listen', listen.dashboard],
    ...['--agents-listen', listen.agents],
    ...['--metrics-listen', listen.metrics],
    ...given('--seal-after-ms', options.sealAfterMs),
  ]
}

function agentArguments(
  home: Home,
  options: WeirOptions,
  serverListen: string,
  node: NodeSpec,
  around: WeirSurroundings,
): string[] {
  return [
    'agent',
    ...['--server-url', `http://${serverListen}`],
    ...['--cluster', home.layout.cluster],
    ...['--node', node.name],
    ...['--secret-file', around.credentialOf(node)],
    ...['--spool-dir', join(home.room.folder, `spool-${node.key}`)],
    ...['--mtu', String(home.layout.mtu)],
    ...given('--window-ms', options.windowMs),
    ...given('--dump-every-ms', options.dumpEveryMs),
    ...home.sourceOf(node),
  ]
}

const given = (flag: string, value: number | undefined): string[] => (value === undefined ? [] : [flag, String(value)])
