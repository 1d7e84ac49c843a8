import type { Part } from '@weir/contract/parts.ts'
import { type EpochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { Log } from './log.ts'
import type { FlowStore } from './store/flow-store.ts'

/** Lets the store roll up and forget, once a minute, one run at a time. A run that fails is told and tried again. */
export class Upkeep implements Part {
  readonly name = 'upkeep'
  readonly #store: Pick<FlowStore, 'maintain'>
  readonly #now: () => EpochMs
  readonly #log: Log
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(store: Pick<FlowStore, 'maintain'>, now: () => EpochMs, log: Log) {
    this.#store = store
    this.#now = now
    this.#log = log
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined
      })
    }, MINUTE_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      const { closedHours, droppedForAge, droppedForSpace } = await this.#store.maintain(this.#now())
      if (droppedForSpace > 0)
        this.#log('warning', this.name, 'history dropped: the disk is nearly full', { droppedForSpace })
      if (closedHours + droppedForAge > 0)
        this.#log('info', this.name, 'store maintained', { closedHours, droppedForAge })
    } catch (error) {
      this.#log('error', this.name, 'maintenance failed and will be tried again', { error: String(error) })
    }
  }
}
