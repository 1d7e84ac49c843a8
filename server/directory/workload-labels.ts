import type { Workload } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { WorkloadRecord } from './records.ts'

export type ChosenLabels = WorkloadRecord['labels']

/** History of one workload; older changes than these are forgotten. */
const MOST_CHANGES = 20
/** Jobs without an owner are workloads by the million: beyond this the ones that changed longest ago are forgotten. */
const MOST_WORKLOADS = 200_000

/**
 * The chosen Kubernetes labels of workloads, by time. They are kept beside the traffic, under the name that series have:
 * costs are shared out by them when they are asked for, and no series splits when one changes.
 */
export class WorkloadLabels {
  /** Oldest change first, by workload; the workload that changed last is the last one. */
  readonly #histories = new Map<string, WorkloadRecord[]>()

  put(record: WorkloadRecord): void {
    const key = workloadKey(record.namespace, record.workload)
    const history = this.#histories.get(key) ?? []
    this.#histories.delete(key)
    this.#histories.set(key, [...history.filter(({ from }) => from < record.from), record].slice(-MOST_CHANGES))
    const [oldest] = this.#histories.keys()
    if (this.#histories.size > MOST_WORKLOADS && oldest !== undefined) this.#histories.delete(oldest)
  }

  last(namespace: string, workload: Workload): WorkloadRecord | undefined {
    return this.#histories.get(workloadKey(namespace, workload))?.at(-1)
  }

  /** Those in force then; before the first that is known, the first. Empty where none are known. */
  at(namespace: string, workload: Workload, at: EpochMs): ChosenLabels {
    const history = this.#histories.get(workloadKey(namespace, workload)) ?? []
    return (history.findLast(({ from }) => from <= at) ?? history[0])?.labels ?? {}
  }

  *records(): Iterable<WorkloadRecord> {
    for (const history of this.#histories.values()) yield* history
  }
}

const workloadKey = (namespace: string, { kind, name }: Workload): string => `${namespace}/${kind}/${name}`
