import { join } from 'node:path'
import type { TimeRange } from '@weir/contract/queries.ts'
import type { ChangeKind, RoutingChange } from '@weir/contract/rollout-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { Compaction } from '../../compaction.ts'
import { type Journal, openJournal } from '../../journal.ts'
import type { Looked } from './detector.ts'
import { type LookRecord, lookRecordOf, WORDS } from './record.ts'
import type { SeenSubject } from './subjects.ts'

/** More than a year, so that the same weeks of two years can be compared. */
export const KEPT_MS = 400 * 24 * 3_600_000
/** Some 10 MB in memory; the oldest go first. */
export const MOST_CHANGES = 20_000
/** Of one namespace, so that no one can drive out the changes of all others. */
export const MOST_OF_NAMESPACE = MOST_CHANGES / 4
/** Subjects in a line where nothing binds them together. */
const SEEN_PER_LINE = 200

export interface ChangeStoreOptions {
  /** Folder of the server's data. */
  readonly dataDir: string
  readonly now: () => EpochMs
  readonly log: (line: string) => void
}

/**
 * The changes of all clusters, and what is remembered to tell the next ones by: in memory, and in `rollouts.journal`. A
 * change is on the disk before anybody is told of it.
 */
export class ChangeStore {
  readonly #options: ChangeStoreOptions
  readonly #byId = new Map<string, RoutingChange>()
  readonly #seen = new Map<string, Map<string, SeenSubject>>()
  readonly #added = new Map<ChangeKind, number>()
  #journal: Journal<LookRecord> | undefined
  #compaction: Compaction<LookRecord> | undefined
  /** Newest first; undefined: to be sorted anew. */
  #newestFirst: readonly RoutingChange[] | undefined
  #damagedLines = 0
  #dropped = 0

  constructor(options: ChangeStoreOptions) {
    this.#options = options
  }

  /** @throws the system's error where the folder cannot be written. */
  open(): void {
    const { dataDir, log } = this.#options
    const { journal, records, damagedLines } = openJournal(join(dataDir, 'rollouts.journal'), lookRecordOf)
    this.#journal = journal
    this.#damagedLines = damagedLines
    if (damagedLines > 0) log(`${damagedLines} damaged lines of rollouts.journal set aside in rollouts.journal.damaged`)
    for (const record of records) this.#take(record)
    this.#drop()
    journal.rewrite(this.#records())
    this.#compaction = new Compaction(journal, () => this.#records(), log)
  }

  close(): void {
    this.#journal?.close()
    this.#journal = undefined
  }

  /** Kept for good when it returns. @throws the system's error; nothing of it is kept then. */
  keep(cluster: string, { changes, seen, forgotten }: Looked): void {
    if (changes.length + seen.length + forgotten.length === 0) return
    const records: LookRecord[] = []
    if (changes.length > 0) records.push({ kind: 'look', words: WORDS, cluster, changes, seen, forgotten })
    else
      for (let from = 0; from < Math.max(1, seen.length); from += SEEN_PER_LINE) {
        const [some, gone] = [seen.slice(from, from + SEEN_PER_LINE), from === 0 ? forgotten : []]
        records.push({ kind: 'look', words: WORDS, cluster, changes, seen: some, forgotten: gone })
      }
    if (this.#journal === undefined) throw new Error('the journal of changes is not open')
    this.#journal.append(records, changes.length > 0)
    for (const { id, kind } of changes) if (!this.#byId.has(id)) this.#added.set(kind, (this.#added.get(kind) ?? 0) + 1)
    for (const record of records) this.#take(record)
    this.#drop()
    this.#compaction?.look()
  }

  /** One that was found or marked elsewhere. False: it is there already, and nothing was done. @throws as keep() */
  add(change: RoutingChange): boolean {
    if (this.#byId.has(change.id)) return false
    this.keep(change.cluster, { changes: [change], seen: [], forgotten: [] })
    return true
  }

  get(id: string): RoutingChange | undefined {
    return this.#byId.get(id)
  }

  /** Those of [from, to), newest first. */
  within({ from, to }: TimeRange): readonly RoutingChange[] {
    this.#newestFirst ??= [...this.#byId.values()].sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
    return this.#newestFirst.filter(({ at }) => at >= from && at < to)
  }

  seen(cluster: string): Iterable<SeenSubject> {
    return this.#seen.get(cluster)?.values() ?? []
  }

  /** Whether a subject is there, or was within a week. */
  hasSeen(cluster: string, subject: string): boolean {
    return this.#seen.get(cluster)?.has(subject) === true
  }

  /** `added`: since this process started, by kind. */
  counts() {
    return {
      added: Object.fromEntries(this.#added),
      kept: this.#byId.size,
      dropped: this.#dropped,
      damagedLines: this.#damagedLines,
    }
  }

  #take({ cluster, changes, seen, forgotten }: LookRecord): void {
    const known = this.#seen.get(cluster) ?? new Map<string, SeenSubject>()
    this.#seen.set(cluster, known)
    for (const subject of forgotten) known.delete(subject)
    for (const one of seen) known.set(one.subject, one)
    for (const change of changes) this.#byId.set(change.id, change)
    if (changes.length > 0) this.#newestFirst = undefined
  }

  #drop(): void {
    const oldest = this.#options.now() - KEPT_MS
    const newestFirst = this.#newestFirst ?? this.within({ from: 0 as EpochMs, to: Number.MAX_SAFE_INTEGER as EpochMs })
    const ofNamespace = new Map<string, number>()
    let all = 0
    const kept = newestFirst.filter(({ at, cluster, subject }) => {
      const owner = subject.kind === 'cluster' ? cluster : `${cluster}/${subject.namespace}`
      const count = (ofNamespace.get(owner) ?? 0) + 1
      if (at < oldest || all >= MOST_CHANGES || count > MOST_OF_NAMESPACE) return false
      ofNamespace.set(owner, count)
      all++
      return true
    })
    if (kept.length === newestFirst.length) return
    this.#dropped += newestFirst.length - kept.length
    this.#newestFirst = kept
    this.#byId.clear()
    for (const change of kept) this.#byId.set(change.id, change)
  }

  /** Everything that is kept, as the journal has it. */
  *#records(): Iterable<LookRecord> {
    const bare = { kind: 'look', words: WORDS, changes: [], seen: [], forgotten: [] } as const
    for (const change of this.#byId.values()) yield { ...bare, cluster: change.cluster, changes: [change] }
    for (const [cluster, known] of this.#seen)
      for (const seen of known.values()) yield { ...bare, cluster, seen: [seen] }
  }
}
