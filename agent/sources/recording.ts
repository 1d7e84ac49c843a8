import { readFileSync } from 'node:fs'
import { ConntrackWatch, type PackedWindow } from './conntrack-watch.ts'
import type { FlowSink, FlowSource } from './flow-source.ts'
import { unpackWindow } from './packed-window.ts'
import { decodeHeader, decodeRecords, type RecordedDatagram } from './recording-format.ts'
import { RecordingSocket } from './recording-socket.ts'
import { alignedAfter, checkInterval } from './schedule.ts'
import type { ConntrackSysctls } from './sysctls.ts'

export interface RecordingOptions {
  /** Made by LiveConntrackOptions.recordTo. */
  readonly file: string
  readonly windowMs: number
  readonly mtu: number
  /** Begin again at the end; without it, windows go on, empty. */
  readonly loop: boolean
  readonly log?: (text: string) => void
}

const DRAIN_EVERY_MS = 100
/** Nothing of this machine is in a recording. */
const unknownSysctls: ConntrackSysctls = { accounting: 'unknown', events: 'unknown', timestamps: 'unknown' }

/** Replays a recording as though it happened now, through the same reader as live conntrack. */
export class Recording implements FlowSource {
  readonly #options: RecordingOptions
  readonly #records: readonly RecordedDatagram[]
  readonly #dumpEveryMs: number
  #watch: ConntrackWatch | undefined
  #socket: RecordingSocket | undefined
  #sink: FlowSink | undefined
  #timer: NodeJS.Timeout | undefined
  #binding = 0
  #handing: Promise<void> = Promise.resolve()

  /** @throws Error when the file cannot be read or is no recording */
  constructor(options: RecordingOptions) {
    const bytes = readFileSync(options.file)
    const header = decodeHeader(bytes)
    if (typeof header === 'string') throw new Error(`${options.file}: ${header}`)
    this.#options = { ...options, windowMs: checkInterval('the window', options.windowMs) }
    this.#dumpEveryMs = checkInterval(`the dump interval of ${options.file}`, header.dumpEveryMs)
    this.#records = [...decodeRecords(bytes)]
    if (this.#records.length === 0) throw new Error(`${options.file}: holds no datagrams`)
  }

  async start(sink: FlowSink): Promise<void> {
    this.#sink = sink
    this.#wait()
  }

  bind(binding: number): void {
    this.#binding = binding
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#watch?.stop()
    this.#watch = undefined
    await this.#handing
  }

  /**
   * Dumps must fall on the scheduler's instants, as they did when they were recorded: times move by whole intervals, and
   * the recording begins when its first moment comes.
   */
  #wait(): void {
    const now = Date.now()
    const first = this.#records[0]?.at ?? now
    const shiftMs = alignedAfter(now - first, this.#dumpEveryMs)
    this.#timer = setTimeout(
      () => {
        this.#begin(shiftMs)
        this.#turn()
      },
      first + shiftMs - now,
    )
  }

  #begin(shiftMs: number): void {
    const socket = new RecordingSocket(this.#records, shiftMs, this.#dumpEveryMs, Date.now)
    this.#socket = socket
    const watch = new ConntrackWatch(
      {
        windowMs: this.#options.windowMs,
        dumpEveryMs: this.#dumpEveryMs,
        drainEveryMs: DRAIN_EVERY_MS,
        dumpShare: Number.POSITIVE_INFINITY,
        eventBufferBytes: 0,
        mtu: this.#options.mtu,
      },
      {
        socket,
        machine: { bootId: '', networkNamespace: 0 },
        sysctls: unknownSysctls,
        tableMax: 0,
        mode: 'replay',
        now: Date.now,
        cpuMs: () => process.threadCpuUsage().user / 1000,
        // What a recording tells of times is long ago.
        bindingOf: () => this.#binding,
        onWindow: window => {
          this.#handing = this.#handing.then(() => this.#hand(watch, window))
        },
        log: text => this.#options.log?.(text),
      },
    )
    this.#watch = watch
    watch.start()
  }

  #turn(): void {
    const wait = this.#watch?.tick() ?? DRAIN_EVERY_MS
    if (this.#options.loop && this.#socket?.atEnd === true) {
      this.#watch?.stop()
      this.#wait()
    } else this.#timer = setTimeout(() => this.#turn(), wait)
  }

  async #hand(watch: ConntrackWatch, window: PackedWindow): Promise<void> {
    try {
      await this.#sink?.onWindow(unpackWindow(window))
      watch.acknowledge()
    } catch (error) {
      clearTimeout(this.#timer)
      this.#sink?.onFatal(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
