import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Room } from '../room.ts'

const bin = join(import.meta.dirname, '..', '..', '..', 'server', 'weir.js')

/** A `weir` process. Its output is appended to a file in its room's folder, across restarts. */
export class Program {
  readonly name: string
  readonly logFile: string
  readonly #room: Room
  /** The namespace it runs in; undefined = the machine's own. */
  readonly #inside: string | undefined
  #child: ChildProcess | undefined

  constructor(room: Room, name: string, inside?: string) {
    this.#room = room
    this.name = name
    this.#inside = inside
    this.logFile = join(room.folder, `${name}.log`)
    room.onClose(() => this.stop('SIGTERM'))
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** @throws Error when it runs already. */
  start(args: readonly string[]): void {
    if (this.running) throw new Error(`${this.name} runs already`)
    const own = [process.execPath, bin, ...args]
    const [command = '', ...rest] = this.#inside === undefined ? own : ['ip', 'netns', 'exec', this.#inside, ...own]
    const log = openSync(this.logFile, 'a')
    const child = spawn(command, rest, {
      stdio: ['ignore', log, log],
      env: environment(),
      detached: true, // Ctrl-C is for the lab, which then ends its programs in order
    })
    closeSync(log)
    if (child.pid !== undefined && this.#inside === undefined) this.#room.own(child.pid)
    this.#child = child
  }

  /** Sends a signal and waits for the end; SIGKILL follows after 10 s. Does nothing when it is not running. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === undefined || !this.running) return
    const ended = once(child, 'exit')
    child.kill(signal)
    const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(impatience)
  }

  /** Resolves when it ends; at once when it does not run. */
  async ended(): Promise<void> {
    if (this.#child !== undefined && this.running) await once(this.#child, 'exit')
  }

  /** @throws Error with the end of its log when it is not running. */
  mustRun(): void {
    if (this.running) return
    const how = this.#child?.signalCode ?? this.#child?.exitCode ?? 'not started'
    throw new Error(`${this.name} is down (${how}). Its log ends with:\n${this.logEnd()}`)
  }

  logEnd(lines = 20): string {
    try {
      return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
    } catch {
      return '(no log)'
    }
  }
}

/** Settings of the shell that runs the lab must not reach the lab's programs. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')))
