import type { EpochMs } from '@weir/contract/units.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { Exchange } from './exchange.ts'
import type { ClusterRecords, Resource, ResourceState } from './objects.ts'
import { type Failure, firstPlan, nextPlan, type Outcome, type Plan } from './plan.ts'
import type { RecordTable } from './record-table.ts'
import type { ResourceRow } from './resources.ts'
import type { Trimming } from './trim/trimming.ts'

export interface ResourceWatchOptions<R extends Resource> {
  readonly row: ResourceRow<R>
  readonly trimming: Trimming
  readonly connection: Connection
  readonly clock: Clock
  readonly table: RecordTable<ClusterRecords[R]>
  readonly log: (line: string) => void
  /** The first list is whole, or the right to read it is missing and Weir can do without. */
  readonly onListed: () => void
}

/** Figures of one watch; all only grow. */
export interface WatchCounts {
  readonly lists: number
  readonly watches: number
  readonly frames: number
  readonly badObjects: number
  readonly failures: { readonly [F in Failure]?: number }
}

/** Lists and watches one resource for as long as it is let: the plan decides (plan.ts), an exchange does (exchange.ts). */
export class ResourceWatch<R extends Resource> {
  readonly #options: ResourceWatchOptions<R>
  readonly #failures: { [F in Failure]?: number } = {}
  readonly #counts = { lists: 0, watches: 0, frames: 0, badObjects: 0 }
  #state: ResourceState = 'listing'
  #isListed = false
  #lastFrameAt: EpochMs | undefined
  #problem = ''

  constructor(options: ResourceWatchOptions<R>) {
    this.#options = options
  }

  get row(): ResourceRow<R> {
    return this.#options.row
  }

  get state(): ResourceState {
    return this.#state
  }

  get lastFrameAt(): EpochMs | undefined {
    return this.#lastFrameAt
  }

  /** What went wrong last, in words; empty while all is well. */
  get problem(): string {
    return this.#problem
  }

  counts(): WatchCounts {
    return { ...this.#counts, failures: { ...this.#failures } }
  }

  /** Resolves when the signal is aborted; nothing else ends it. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    const startedAt = clock.now()
    let plan: Plan = firstPlan(startedAt, clock.random())
    while (!signal.aborted) {
      const exchange = new Exchange({ ...this.#options, arrivals: this.#arrivals }, plan.step)
      const outcome = await exchange.run(signal)
      if (signal.aborted) return
      const now = clock.now()
      this.#note(outcome)
      plan = nextPlan(plan, outcome, now, now - (this.#lastFrameAt ?? startedAt), clock.random())
      if (plan.afterMs > 0) await clock.sleep(plan.afterMs, signal)
    }
  }

  readonly #arrivals = {
    page: (records: readonly ClusterRecords[R][], isFirst: boolean, isLast: boolean): void => {
      const { table } = this.#options
      if (isFirst) table.beginList()
      table.addToList(records)
      if (!isLast) return
      table.endList()
      this.#counts.lists++
      this.#state = 'watching'
      this.#recovered()
      this.#listed()
    },
    opened: (): void => {
      this.#counts.watches++
      this.#state = 'watching'
    },
    put: (record: ClusterRecords[R]): void => {
      this.#recovered()
      this.#options.table.put(record)
    },
    gone: (uid: string): void => this.#options.table.remove(uid),
    heard: (): void => {
      this.#counts.frames++
      this.#lastFrameAt = this.#options.clock.now()
    },
    badObject: (detail: string): void => {
      if (this.#counts.badObjects++ === 0) this.#options.log(`${this.#options.row.resource}: one is skipped: ${detail}`)
    },
  }

  /** That a watch opened is no proof: what is too old is told in its first frame. */
  #recovered(): void {
    const { row, log } = this.#options
    if (this.#problem !== '') log(`${row.resource}: read again`)
    this.#problem = ''
  }

  #note(outcome: Outcome): void {
    if (outcome.kind !== 'failed') return
    const { row, connection, log, table } = this.#options
    const { failure, detail } = outcome
    this.#failures[failure] = (this.#failures[failure] ?? 0) + 1
    if (failure === 'unauthorized') connection.renew()
    const without = row.optional && (failure === 'forbidden' || failure === 'absent') ? failure : undefined
    this.#state = without ?? (this.#isListed ? 'waiting' : 'listing')
    const problem = `${failure}, ${detail}`
    // A watch that is cut now and then is daily life, and told by its counter; what lasts is told once.
    if (problem !== this.#problem) log(`${row.resource}: ${problem}`)
    this.#problem = problem
    if (without === undefined) return
    if (without === 'absent') {
      // What the API server does not have any more is gone.
      table.beginList()
      table.endList()
    }
    this.#listed()
  }

  #listed(): void {
    if (this.#isListed) return
    this.#isListed = true
    this.#options.onListed()
  }
}
