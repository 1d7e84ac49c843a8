import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { run, runIn } from '../../lab/net/command.ts'

/*
 *   client 10.71.1.2, fd71:1::2 ── 10.71.1.1 router 10.71.2.1 ── 10.71.2.2, fd71:2::2 server
 *
 * The router tracks connections; dialling the service 10.96.0.10:80 is rewritten to the server's port 8080. Its counters
 * are nft's own, by conntrack's direction: a second opinion on every byte, from the same kernel.
 */
export const SERVICE = '10.96.0.10'
export const CLIENT = '10.71.1.2'
export const SERVER = '10.71.2.2'
export const SERVER6 = 'fd71:2::2'

const rules = `
table inet truth {
  counter up {}
  counter down {}
  chain dial { type nat hook prerouting priority dstnat; ip daddr ${SERVICE} tcp dport 80 dnat ip to ${SERVER}:8080; }
  chain pass {
    type filter hook forward priority 0;
    ct direction original counter name up
    ct direction reply counter name down
  }
}`

export class RouterLab implements AsyncDisposable {
  static #made = 0
  readonly client: string
  readonly router: string
  readonly server: string
  readonly #children: ChildProcessWithoutNullStreams[] = []

  private constructor() {
    const name = `weirnl${process.pid}-${RouterLab.#made++}`
    this.client = `${name}c`
    this.router = `${name}r`
    this.server = `${name}s`
  }

  static async open(): Promise<RouterLab> {
    const lab = new RouterLab()
    try {
      await lab.#build()
      return lab
    } catch (error) {
      await lab[Symbol.asyncDispose]()
      throw error
    }
  }

  async #build(): Promise<void> {
    const { client, router, server } = this
    for (const name of [client, router, server]) await run('ip', ['netns', 'add', name])
    const sysctls = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']
    for (const name of ['acct', 'timestamp']) sysctls.push(`net.netfilter.nf_conntrack_${name}=1`)
    await runIn(router, 'nft', ['-f', '-'], rules)
    await runIn(router, 'sysctl', ['-q', ...sysctls, 'net.netfilter.nf_conntrack_events=1'])
    const ip = (namespace: string, lines: string[]) => run('ip', ['-n', namespace, '-batch', '-'], lines.join('\n'))
    await ip(router, [
      `link add toc type veth peer name up0 netns ${client}`,
      `link add tos type veth peer name up0 netns ${server}`,
      ...['addr add 10.71.1.1/24 dev toc', 'addr add fd71:1::1/64 dev toc nodad'],
      ...['addr add 10.71.2.1/24 dev tos', 'addr add fd71:2::1/64 dev tos nodad'],
      ...['link set lo up', 'link set toc up', 'link set tos up'],
    ])
    for (const [name, side] of [
      [client, 1],
      [server, 2],
    ] as const)
      await ip(name, [
        ...[`addr add 10.71.${side}.2/24 dev up0`, `addr add fd71:${side}::2/64 dev up0 nodad`],
        ...['link set lo up', 'link set up0 up'],
        ...[`route add default via 10.71.${side}.1`, `route add default via fd71:${side}::1`],
      ])
  }

  /** nft's counters: IP bytes by direction of the connection. */
  async truth(): Promise<{ up: number; down: number }> {
    const text = await runIn(this.router, 'nft', ['-j', 'list', 'counters'])
    const { nftables } = JSON.parse(text) as { nftables: { counter?: { name: string; bytes: number } }[] }
    const bytes = (name: string) => nftables.find(item => item.counter?.name === name)?.counter?.bytes ?? 0
    return { up: bytes('up'), down: bytes('down') }
  }

  /**
   * Starts a TypeScript program of this folder inside a namespace, and talks with it in lines of JSON.
   * @param under a command that runs it, such as setpriv with its arguments
   */
  program(namespace: string, file: string, argument: unknown, under: readonly string[] = []): LabProgram {
    const path = new URL(file, import.meta.url).pathname
    const command = [...under, process.execPath, path, JSON.stringify(argument)]
    const child = spawn('ip', ['netns', 'exec', namespace, ...command])
    child.stderr.pipe(process.stderr)
    this.#children.push(child)
    return new LabProgram(child)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    for (const name of [this.client, this.router, this.server]) await run('ip', ['netns', 'del', name]).catch(() => {})
  }
}

export class LabProgram {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The next thing it says. @throws Error when it ended instead */
  async says<T>(): Promise<T> {
    const line = await this.#lines.next()
    if (line.done === true) throw new Error('the program ended without a word')
    return JSON.parse(line.value) as T
  }

  tell(what: unknown): void {
    this.#child.stdin.write(`${JSON.stringify(what)}\n`)
  }

  kill(signal: NodeJS.Signals): Promise<unknown> {
    const exited = once(this.#child, 'exit')
    this.#child.kill(signal)
    return exited
  }
}
