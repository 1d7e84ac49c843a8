import type { BindingOf } from '../flows/binding-times.ts'
import { Deltas } from '../flows/deltas.ts'
import { CheckpointWriter, type Machine, type Piece, restoreCheckpoint } from '../flows/deltas-checkpoint.ts'
import type { PackedRows } from '../flows/deltas-rows.ts'
import type { ConntrackSocket } from '../netlink/conntrack-socket.ts'
import { ConntrackReader } from './conntrack-reader.ts'
import type { SourceStats } from './flow-source.ts'
import { alignedAfter, alignedBefore, isCut, nextIntervalMs } from './schedule.ts'
import type { ConntrackSysctls } from './sysctls.ts'

/** After an overrun the next one may come at once: resyncs keep this distance, in dumps' CPU time. */
const RESYNC_REST = 10

export interface WatchOptions {
  readonly windowMs: number
  readonly dumpEveryMs: number
  /** Ends of connections are fetched this often. */
  readonly drainEveryMs: number
  /** Share of one core that dumps may take before they become rarer: 0.04 = 4 %. */
  readonly dumpShare: number
  /** Asked of the kernel, which allows twice as much and charges 1280 bytes an end: 16 MiB hold 26,214 of them. */
  readonly eventBufferBytes: number
  readonly mtu: number
}

/** Where a checkpoint left off. */
export interface Resume {
  /** Bodies of CheckpointPieces, oldest first: a full one, then changes. */
  readonly pieces: readonly Uint8Array[]
  /** `to` of the window the last piece came with. */
  readonly windowTo: number
}

export interface PackedWindow {
  readonly from: number
  readonly to: number
  readonly kind: 'live' | 'catch-up'
  readonly rows: readonly PackedRows[]
  readonly checkpoint: Piece
  readonly stats: SourceStats
}

export interface Surroundings {
  readonly socket: ConntrackSocket
  readonly machine: Machine
  readonly sysctls: ConntrackSysctls
  readonly tableMax: number
  readonly mode?: 'replay'
  /** Wall clock, milliseconds. */
  now(): number
  /** CPU time of this thread, milliseconds. */
  cpuMs(): number
  /** What a connection carries. */
  readonly bindingOf: BindingOf
  onWindow(window: PackedWindow): void
  log(text: string): void
}

/** Watches one conntrack table: dumps at whole multiples of the interval, ends of connections in between, windows. */
export class ConntrackWatch {
  readonly #options: WatchOptions
  readonly #around: Surroundings
  readonly #checkpoints: CheckpointWriter
  #deltas: Deltas
  #reader: ConntrackReader
  #mode: SourceStats['mode'] = 'dump+events'
  #windowFrom = 0
  #dumpAt = 0
  #everyMs: number
  #dumpMs = 0
  #dumpCpuMs = 0
  #resyncFrom = 0
  /** Windows handed over and not yet durable. While there is one, the next window goes on growing. */
  #outstanding = 0

  constructor(options: WatchOptions, around: Surroundings) {
    this.#options = options
    this.#around = around
    this.#everyMs = options.dumpEveryMs
    this.#checkpoints = new CheckpointWriter(around.machine)
    this.#deltas = new Deltas(options.mtu, around.bindingOf)
    this.#reader = new ConntrackReader(around.socket, this.#deltas)
  }

  /**
   * Opens the sockets and reads the table once: as the baseline, or to catch up with a checkpoint.
   * @returns the numbers of both sockets
   * @throws NetlinkError when the kernel will not let us
   */
  start(resume?: Resume): { dump: number; events: number } {
    const restored = resume !== undefined && this.#restore(resume)
    const opened = this.#reader.open(this.#options.eventBufferBytes)
    this.#mode = this.#around.mode ?? (opened.listening ? 'dump+events' : 'dump')
    if (!opened.listening) this.#around.log(`ends of connections cannot be heard, dumps alone must do: ${opened.why}`)
    this.#dump()
    const now = this.#around.now()
    if (restored) this.#cut(Math.min(resume.windowTo, now), now, 'catch-up')
    else this.#deltas.takeRows()
    this.#windowFrom = now
    this.#dumpAt = alignedAfter(now, this.#everyMs)
    return opened
  }

  /** Does what is due. @returns milliseconds until it wants to be called again */
  tick(): number {
    const { now } = this.#around
    const { drainEveryMs, windowMs, dumpEveryMs, dumpShare } = this.#options
    this.#deltas.setTime(now())
    this.#reader.drain()
    if (now() < this.#windowFrom) {
      this.#around.log(`the clock was set back by ${this.#windowFrom - now()} ms or more; windows go on from now`)
      this.#windowFrom = now()
      this.#dumpAt = alignedAfter(now(), this.#everyMs)
    }
    if (now() >= this.#dumpAt) {
      const at = alignedBefore(now(), this.#everyMs)
      this.#dump()
      if (isCut(at, windowMs) && this.#outstanding === 0 && at > this.#windowFrom)
        this.#cut(this.#windowFrom, at, 'live')
      this.#everyMs = nextIntervalMs(this.#everyMs, dumpEveryMs, windowMs, this.#dumpCpuMs, dumpShare)
    } else if (this.#reader.needsResync && now() >= this.#resyncFrom) this.#dump()
    this.#dumpAt = alignedAfter(now(), this.#everyMs)
    return Math.max(1, Math.min(drainEveryMs, this.#dumpAt - now()))
  }

  /** The window handed over last is durable. */
  acknowledge(): void {
    this.#outstanding--
  }

  /** A last dump and, where time has passed, a last window, whatever is outstanding. */
  stop(): void {
    this.#dump()
    const now = this.#around.now()
    if (now > this.#windowFrom) this.#cut(this.#windowFrom, now, 'live')
    this.close()
  }

  close(): void {
    this.#reader.close()
  }

  #restore(resume: Resume): boolean {
    const wrong = restoreCheckpoint(this.#deltas, resume.pieces, this.#around.machine)
    if (wrong === undefined) return true
    this.#around.log(`the saved counters cannot be used, counting starts anew: ${wrong}`)
    this.#deltas = new Deltas(this.#options.mtu, this.#around.bindingOf)
    this.#reader = new ConntrackReader(this.#around.socket, this.#deltas)
    return false
  }

  #dump(): void {
    const { now, cpuMs } = this.#around
    const [began, cpu] = [now(), cpuMs()]
    this.#deltas.setTime(began)
    const failed = this.#reader.dump()
    if (failed !== undefined) this.#around.log(`a dump failed, the next makes up for it: ${failed}`)
    this.#dumpMs = Math.max(0, now() - began)
    this.#dumpCpuMs = cpuMs() - cpu
    this.#resyncFrom = now() + RESYNC_REST * this.#dumpCpuMs
  }

  #cut(from: number, to: number, kind: 'live' | 'catch-up'): void {
    this.#outstanding++
    this.#windowFrom = to
    this.#around.onWindow({
      from,
      to,
      kind,
      rows: this.#deltas.takeRows(),
      checkpoint: this.#checkpoints.next(this.#deltas),
      stats: this.#stats(),
    })
  }

  #stats(): SourceStats {
    const reader = this.#reader
    const { entries, entriesWithoutCounters, offloadedEntries, ...totals } = this.#deltas.counts
    return {
      mode: this.#mode,
      ...this.#around.sysctls,
      tableMax: this.#around.tableMax,
      entries,
      entriesWithoutCounters,
      offloadedEntries,
      dumpMs: this.#dumpMs,
      dumpCpuMs: this.#dumpCpuMs,
      dumpEveryMs: this.#everyMs,
      dumpsTotal: reader.dumpsTotal,
      eventsTotal: reader.eventsTotal,
      overrunsTotal: reader.overrunsTotal,
      lostEventsTotal: reader.lostEventsTotal,
      malformedTotal: reader.malformedTotal,
      ...totals,
    }
  }
}
