import { holdsAt, type Label } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Placed } from './directory.ts'
import type { DeclaredPort } from './listing.ts'
import type { LabelRecord } from './records.ts'

/** A label as the directory keeps it. The entry stays the same object when its label ends. */
export interface Entry {
  /** Key of the listed thing it was opened for. */
  owner: string
  label: Label
  /** Made once, so that placing an end costs a look-up and no allocation. */
  placed: Placed
  /** Version of the cluster's network that `placed.vpc` was found by. */
  vpcVersion: number
  ports: readonly DeclaredPort[]
  /** Number of the directory's change that touched it last. */
  change: number
}

export function entryOf({ owner, label, ports }: LabelRecord, change: number): Entry {
  const { peer, zone, node } = label
  return { owner, label, placed: { peer, zone, node, label }, vpcVersion: -1, ports, change }
}

/** What was found: the one that holds; several that do; only such that have ended; nothing that had begun. */
export type Found = Entry | 'ambiguous' | 'ended' | undefined

interface History {
  readonly whole: Timeline
  /** Labels of one port of the address: hostNetwork pods. */
  ports: Map<number, Timeline> | undefined
}

/** Entries by `from`, oldest first. */
interface Timeline {
  readonly entries: Entry[]
  /** Two entries overlapped once: then all that began have to be looked at, not only the latest. */
  crowded: boolean
}

/** Who was at an address, when: address → intervals. Most have one entry for ever, which stands there itself. */
export class Intervals {
  readonly #histories = new Map<string, Entry | History>()

  get addresses(): number {
    return this.#histories.size
  }

  /** Whether any label of the address, of any time, is kept. */
  has(address: string): boolean {
    return this.#histories.has(address)
  }

  add(entry: Entry): void {
    const { address, port } = entry.label
    const kept = this.#histories.get(address)
    if (kept === undefined && port === undefined) {
      this.#histories.set(address, entry)
      return
    }
    const history = historyOf(kept)
    this.#histories.set(address, history)
    insert(port === undefined ? history.whole : portTimeline(history, port), entry)
  }

  /** Forgets an entry whose time of keeping is over. */
  remove(entry: Entry): void {
    const { address, port } = entry.label
    const history = this.#histories.get(address)
    if (history === entry) this.#histories.delete(address)
    if (history === undefined || isOne(history)) return
    const timeline = port === undefined ? history.whole : history.ports?.get(port)
    const at = timeline?.entries.indexOf(entry) ?? -1
    if (at >= 0) timeline?.entries.splice(at, 1)
    if (port !== undefined && timeline?.entries.length === 0) history.ports?.delete(port)
    if (history.whole.entries.length === 0 && !history.ports?.size) this.#histories.delete(address)
  }

  /**
   * Who held the address at that moment. A port that two hostNetwork pods declare belongs to neither: the node is what
   * is certain.
   */
  find(address: string, port: number, at: EpochMs): Found {
    const history = this.#histories.get(address)
    if (history === undefined) return undefined
    if (isOne(history)) return holdsAt(history.label, at) ? history : history.label.from <= at ? 'ended' : undefined
    const timeline = history.ports?.get(port)
    if (timeline !== undefined) {
      const found = holder(timeline, at)
      if (typeof found === 'object') return found
    }
    return holder(history.whole, at)
  }

  /** All kept entries of an address, with those of its ports. */
  of(address: string): readonly Entry[] {
    const history = this.#histories.get(address)
    if (history === undefined) return []
    if (isOne(history)) return [history]
    if (history.ports === undefined) return history.whole.entries
    return [history.whole, ...history.ports.values()].flatMap(({ entries }) => entries)
  }
}

const isOne = (kept: Entry | History): kept is Entry => 'label' in kept

function historyOf(kept: Entry | History | undefined): History {
  if (kept !== undefined && !isOne(kept)) return kept
  return { whole: { entries: kept === undefined ? [] : [kept], crowded: false }, ports: undefined }
}

function portTimeline(history: History, port: number): Timeline {
  history.ports ??= new Map()
  const known = history.ports.get(port)
  if (known !== undefined) return known
  const timeline: Timeline = { entries: [], crowded: false }
  history.ports.set(port, timeline)
  return timeline
}

function insert(timeline: Timeline, entry: Entry): void {
  const { entries } = timeline
  const at = begun(entries, entry.label.from)
  entries.splice(at, 0, entry)
  const before = entries[at - 1]?.label
  const after = entries[at + 1]?.label
  if (before !== undefined && (before.to === null || before.to > entry.label.from)) timeline.crowded = true
  if (after !== undefined && (entry.label.to === null || entry.label.to > after.from)) timeline.crowded = true
}

/** How many entries had begun by then. */
function begun(entries: readonly Entry[], at: EpochMs): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle]?.label.from ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}

function holder({ entries, crowded }: Timeline, at: EpochMs): Found {
  const count = begun(entries, at)
  if (count === 0) return undefined
  const oldest = crowded ? 0 : count - 1
  let found: Entry | undefined
  for (let i = count - 1; i >= oldest; i--) {
    const entry = entries[i]
    if (entry === undefined || !holdsAt(entry.label, at)) continue
    if (found !== undefined) return 'ambiguous'
    found = entry
  }
  return found ?? 'ended'
}
