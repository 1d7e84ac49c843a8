import { closeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { EpochMs } from '@weir/contract/units.ts'
import { BindingTimes } from '../flows/binding-times.ts'
import type { Resume, WatchOptions } from './conntrack-watch.ts'
import type { FlowSink, FlowSource, ObservedWindow, SourceStats } from './flow-source.ts'
import {
  CONTROL_WORDS,
  DUMP_FD,
  EVENTS_FD,
  type FromWorker,
  HEARTBEAT,
  type ToWorker,
  type WorkerStart,
} from './live-conntrack-messages.ts'
import { unpackWindow } from './packed-window.ts'
import { checkInterval } from './schedule.ts'
import { addTotals, noTotals, type Totals, totalsOf } from './source-totals.ts'
import { SYSCTL_DIRECTORY } from './sysctls.ts'

export type { Resume } from './conntrack-watch.ts'

export interface LiveConntrackOptions extends Partial<WatchOptions> {
  /** Bytes of the largest IP packet the node's card sends; for the estimate of wire bytes. */
  readonly mtu: number
  /** Switch on nf_conntrack_acct, _events and _timestamp where they are off and /proc/sys can be written. Default true. */
  readonly manageSysctls?: boolean
  readonly sysctlDirectory?: string
  /** Where the last process left off. */
  readonly resume?: Resume
  /** The same, asked for when a worker that hung or failed is replaced; without it counting starts anew. */
  readonly reload?: () => Promise<Resume | undefined>
  /** File to record all datagrams to, for `Recording`. */
  readonly recordTo?: string
  /** A worker that shows no sign of life for so long is replaced. */
  readonly hungAfterMs?: number
  readonly log?: (text: string) => void
  /** For tests: another program in place of the worker. */
  readonly workerFile?: URL
}

export const liveConntrackDefaults = {
  windowMs: 10_000,
  dumpEveryMs: 5000,
  drainEveryMs: 100,
  dumpShare: 0.04,
  eventBufferBytes: 16 * 1024 * 1024,
  hungAfterMs: 30_000,
} as const

/** Looks at the heartbeat that must find it standing still before the worker counts as hung. */
const GUARD_LOOKS = 3
/** Replacing the worker more often than this within an hour means that it will not get better. */
const REPLACEMENTS_PER_HOUR = 10
const HOUR_MS = 3_600_000

/** Conntrack of this network namespace, read by a worker thread that is watched and replaced when it hangs. */
export class LiveConntrack implements FlowSource {
  readonly #options: LiveConntrackOptions
  readonly #watch: WatchOptions
  readonly #log: (text: string) => void
  #sink: FlowSink | undefined
  #worker: Worker | undefined
  #control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4))
  #guard: NodeJS.Timeout | undefined
  readonly #bindings = new BindingTimes()
  #replacedAt: number[] = []
  #stopping = false
  #ended: (() => void) | undefined
  /** Windows are handed over one after the other. */
  #handing: Promise<void> = Promise.resolve()
  /** Totals of workers that are gone, so that a replacement does not set them back. */
  #before: Totals = noTotals
  #latest: Totals = noTotals

  /** @throws RangeError when an interval does not divide a minute */
  constructor(options: LiveConntrackOptions) {
    this.#options = options
    this.#watch = {
      windowMs: checkInterval('the window', options.windowMs ?? liveConntrackDefaults.windowMs),
      dumpEveryMs: checkInterval('the dump interval', options.dumpEveryMs ?? liveConntrackDefaults.dumpEveryMs),
      drainEveryMs: options.drainEveryMs ?? liveConntrackDefaults.drainEveryMs,
      dumpShare: options.dumpShare ?? liveConntrackDefaults.dumpShare,
      eventBufferBytes: options.eventBufferBytes ?? liveConntrackDefaults.eventBufferBytes,
      mtu: options.mtu,
    }
    this.#log = options.log ?? (() => {})
  }

  async start(sink: FlowSink): Promise<void> {
    this.#sink = sink
    await this.#run(this.#options.resume)
    this.#watchOver()
  }

  /** Replaces the worker when its heartbeat stands still. What stalls this thread too, such as a frozen machine, does not count. */
  #watchOver(): void {
    const hungAfterMs = this.#options.hungAfterMs ?? liveConntrackDefaults.hungAfterMs
    const everyMs = hungAfterMs / GUARD_LOOKS
    let beat = Atomics.load(this.#control, HEARTBEAT)
    let lookedAt = performance.now()
    let missed = 0
    this.#guard = setInterval(() => {
      const [now, at] = [Atomics.load(this.#control, HEARTBEAT), performance.now()]
      const inTime = at - lookedAt < everyMs * 1.5
      if (now !== beat) missed = 0
      else if (inTime) missed++
      beat = now
      lookedAt = at
      if (missed < GUARD_LOOKS) return
      missed = 0
      void this.#replace(`no sign of life for ${hungAfterMs} ms`)
    }, everyMs)
    this.#guard.unref()
  }

  bind(binding: number, from: EpochMs): void {
    if (!Number.isInteger(binding) || binding < 0 || binding > 0x7fffffff)
      throw new RangeError(`a binding is a whole number from 0 to 2^31 - 1, not ${binding}`)
    this.#bindings.add(binding, from)
    this.#send({ kind: 'bind', binding, fromMs: from })
  }

  async stop(): Promise<void> {
    this.#stopping = true
    clearInterval(this.#guard)
    const worker = this.#worker
    if (worker !== undefined) {
      const ended = new Promise<void>(resolve => {
        this.#ended = resolve
      })
      this.#send({ kind: 'stop' })
      // A worker that hangs cannot cut a last window; the next process catches up from its checkpoint.
      const impatience = setTimeout(
        () => this.#ended?.(),
        this.#options.hungAfterMs ?? liveConntrackDefaults.hungAfterMs,
      )
      await ended
      clearTimeout(impatience)
      await this.#handing
      await worker.terminate()
      this.#closeDescriptors()
    }
    this.#worker = undefined
  }

  /** Starts a worker. Resolves when it has read the table once; rejects when it cannot. */
  #run(resume: Resume | undefined): Promise<void> {
    const control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4)).fill(-1)
    this.#control = control
    const start: WorkerStart = {
      options: this.#watch,
      manageSysctls: this.#options.manageSysctls ?? true,
      sysctlDirectory: this.#options.sysctlDirectory ?? SYSCTL_DIRECTORY,
      recordTo: this.#options.recordTo,
      resume,
      bindings: this.#bindings.all,
      control: control.buffer,
    }
    const file = this.#options.workerFile ?? new URL('./live-conntrack-worker.ts', import.meta.url)
    // A small young generation: the worker makes little garbage, and a big one would only be resident memory.
    const worker = new Worker(file, { workerData: start, resourceLimits: { maxYoungGenerationSizeMb: 4 } })
    this.#worker = worker
    return new Promise((resolve, reject) => {
      let started = false
      const failed = (why: string): void => {
        if (worker !== this.#worker) return
        if (started) void this.#replace(why)
        else reject(new Error(why))
      }
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'started') {
          started = true
          resolve()
        } else if (message.kind === 'failed') failed(message.message)
        else this.#receive(message)
      })
      worker.on('error', error => failed(error instanceof Error ? error.message : String(error)))
      worker.on('exit', code => {
        if (this.#stopping) this.#ended?.()
        else failed(`the conntrack worker ended with code ${code}`)
      })
    })
  }

  #receive(message: Exclude<FromWorker, { kind: 'started' | 'failed' }>): void {
    if (message.kind === 'log') this.#log(message.text)
    else if (message.kind === 'stopped') this.#ended?.()
    else {
      const window = this.#withAllTotals(unpackWindow(message.window))
      this.#handing = this.#handing.then(() => this.#hand(window))
    }
  }

  async #hand(window: ObservedWindow): Promise<void> {
    try {
      await this.#sink?.onWindow(window)
      this.#send({ kind: 'durable' })
    } catch (error) {
      this.#fatal(error instanceof Error ? error : new Error(String(error)))
    }
  }

  /** Ends a worker that hangs or failed, and starts another one. */
  async #replace(why: string): Promise<void> {
    const old = this.#worker
    if (old === undefined || this.#stopping) return
    this.#worker = undefined
    this.#before = addTotals(this.#before, this.#latest)
    this.#latest = noTotals
    this.#log(`the conntrack worker is replaced: ${why}`)
    try {
      await old.terminate()
      this.#closeDescriptors()
      const now = Date.now()
      this.#replacedAt = [...this.#replacedAt.filter(at => at > now - HOUR_MS), now]
      if (this.#replacedAt.length > REPLACEMENTS_PER_HOUR) throw new Error(`replaced too often, at last: ${why}`)
      await this.#handing
      const resume = await this.#options.reload?.()
      if (!this.#stopping) await this.#run(resume)
    } catch (error) {
      this.#fatal(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #closeDescriptors(): void {
    for (const which of [DUMP_FD, EVENTS_FD]) {
      const fd = Atomics.exchange(this.#control, which, -1)
      if (fd >= 0) closeSync(fd)
    }
  }

  #withAllTotals(window: ObservedWindow): ObservedWindow {
    this.#latest = totalsOf(window.stats)
    const stats: SourceStats = { ...window.stats, ...addTotals(this.#before, this.#latest) }
    return { ...window, stats }
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }

  #fatal(error: Error): void {
    clearInterval(this.#guard)
    this.#sink?.onFatal(error)
  }
}
