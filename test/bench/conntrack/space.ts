import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { LabProgram } from '../../agent/sources/router-lab.ts'
import { run, runIn } from '../../lab/net/command.ts'
import { openRoom, type Room } from '../../lab/room.ts'

/** A network namespace with a connection table, and a link into which packets are sent and lost. */
export class BenchSpace implements AsyncDisposable {
  readonly name: string
  readonly room: Room

  private constructor(room: Room, name: string) {
    this.room = room
    this.name = name
  }

  static async open(): Promise<BenchSpace> {
    const name = (mark: string) => `weir${mark}-ct`
    const room = await openRoom((_, mark) => ({ namespaces: [name(mark)], links: [] }))
    const space = new BenchSpace(room, name(room.mark))
    try {
      await space.#build()
      return space
    } catch (error) {
      await room[Symbol.asyncDispose]()
      throw error
    }
  }

  async #build(): Promise<void> {
    await run('ip', ['netns', 'add', this.name])
    const rules = `table inet truth {
      counter up {}
      chain out { type filter hook output priority 0; meta l4proto udp ct state new,established counter name up; }
    }`
    await runIn(this.name, 'nft', ['-f', '-'], rules)
    const off = (name: string, value: number) => `net.netfilter.nf_conntrack_${name}=${value}`
    const sysctls = [off('acct', 1), off('events', 1), off('timestamp', 1), off('udp_timeout', 3600)]
    await runIn(this.name, 'sysctl', ['-q', ...sysctls])
    // Without ARP packets leave for nobody's address, and the other end drops them before its connection tracking.
    const lines = ['link add away type veth peer name gone', 'link set away arp off up', 'link set gone up']
    lines.push('link set lo up')
    lines.push('addr add 10.1.0.1/16 dev away', 'route add 10.200.0.0/16 dev away')
    await run('ip', ['-n', this.name, '-batch', '-'], lines.join('\n'))
  }

  /** Starts a program of this folder in the namespace, and talks with it in lines of JSON. */
  program(file: string, argument: unknown): LabProgram {
    return new LabProgram(
      this.spawn(process.execPath, [new URL(file, import.meta.url).pathname, JSON.stringify(argument)]),
    )
  }

  spawn(
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
  ): ChildProcessWithoutNullStreams {
    const child = spawn('ip', ['netns', 'exec', this.name, command, ...args], { env })
    child.stderr.pipe(process.stderr)
    return child
  }

  shell(line: string): Promise<string> {
    return runIn(this.name, 'sh', ['-c', line])
  }

  async entries(): Promise<number> {
    return Number(await this.shell('cat /proc/sys/net/netfilter/nf_conntrack_count'))
  }

  /** IP bytes of UDP that left, as nft counted them. */
  async sentBytes(): Promise<number> {
    const text = await runIn(this.name, 'nft', ['-j', 'list', 'counter', 'inet', 'truth', 'up'])
    return Number(/"bytes": ?(\d+)/.exec(text)?.[1])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.room[Symbol.asyncDispose]()
  }
}
