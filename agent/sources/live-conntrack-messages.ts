import type { BindingTimes } from '../flows/binding-times.ts'
import type { PackedWindow, Resume, WatchOptions } from './conntrack-watch.ts'

/** What the worker of live conntrack is started with. */
export interface WorkerStart {
  readonly options: WatchOptions
  readonly manageSysctls: boolean
  readonly sysctlDirectory: string
  /** File to record all datagrams to. */
  readonly recordTo: string | undefined
  readonly resume: Resume | undefined
  /** The bindings so far. */
  readonly bindings: BindingTimes['all']
  /** Int32, indexed by the constants below; both threads see it at once, also while the worker reads a dump. */
  readonly control: SharedArrayBuffer
}

/** Rises with every turn of the worker. */
export const HEARTBEAT = 0
/** File descriptors the worker has open, or -1: terminating a worker does not close them. */
export const DUMP_FD = 1
export const EVENTS_FD = 2
export const CONTROL_WORDS = 3

export type ToWorker =
  | { readonly kind: 'bind'; readonly binding: number; readonly fromMs: number }
  | { readonly kind: 'durable' }
  | { readonly kind: 'stop' }

export type FromWorker =
  | { readonly kind: 'started' }
  | { readonly kind: 'window'; readonly window: PackedWindow }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' }
