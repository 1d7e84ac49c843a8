import {
  ConntrackWatch,
  type PackedWindow,
  type Resume,
  type WatchOptions,
} from '../../../agent/sources/conntrack-watch.ts'
import type { ObservedWindow } from '../../../agent/sources/flow-source.ts'
import { unpackWindow } from '../../../agent/sources/packed-window.ts'
import { FakeKernel } from '../netlink/fake-kernel.ts'

export const machine = { bootId: '8f14e45f-ceea-467f-a8a5-9f2c0e1d2b3a', networkNamespace: 4026531840 }

/** A watch over a fake kernel, with a clock that stands until it is moved. */
export class Harness {
  readonly kernel = new FakeKernel()
  readonly windows: ObservedWindow[] = []
  readonly packed: PackedWindow[] = []
  readonly log: string[] = []
  readonly watch: ConntrackWatch
  nowMs: number
  cpuMs = 0
  /** What a dump costs from now on. */
  dumpCpuMs = 1
  binding = 0
  /** Whether windows are durable at once. */
  durable = true

  constructor(nowMs: number, options: Partial<WatchOptions> = {}, on = machine) {
    this.nowMs = nowMs
    this.watch = new ConntrackWatch(
      {
        windowMs: 10_000,
        dumpEveryMs: 5000,
        drainEveryMs: 100,
        dumpShare: 0.04,
        eventBufferBytes: 1,
        mtu: 1500,
        ...options,
      },
      {
        socket: this.kernel,
        machine: on,
        sysctls: { accounting: 'on', events: 'on', timestamps: 'on' },
        tableMax: 1000,
        now: () => this.nowMs,
        cpuMs: () => {
          this.cpuMs += this.dumpCpuMs
          return this.cpuMs
        },
        bindingOf: () => this.binding,
        onWindow: window => {
          this.packed.push(window)
          this.windows.push(unpackWindow(window))
          if (this.durable) this.watch.acknowledge()
        },
        log: text => this.log.push(text),
      },
    )
  }

  start(resume?: Resume): void {
    this.watch.start(resume)
  }

  /** Lets time pass until `nowMs`, turning the watch as often as it asks for. */
  until(nowMs: number): void {
    let wait = this.watch.tick()
    while (this.nowMs + wait <= nowMs) {
      this.nowMs += wait
      wait = this.watch.tick()
    }
    this.nowMs = nowMs
  }

  get pieces(): Uint8Array[] {
    const from = this.packed.findLastIndex(window => window.checkpoint.kind === 'full')
    return this.packed.slice(Math.max(0, from)).map(window => window.checkpoint.body)
  }

  get lastTo(): number {
    return this.packed.at(-1)?.to ?? 0
  }
}
