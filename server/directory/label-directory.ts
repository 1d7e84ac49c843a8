import { join } from 'node:path'
import type { DirectoryUpdate, LabelAnswer, ServiceEntry } from '@weir/contract/directory-wire.ts'
import type { Label, LabelId } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs, type Millis, millis } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { Cluster, unplaced } from './cluster.ts'
import type { Directory, Placed } from './directory.ts'
import type { Entry } from './intervals.ts'
import { type Journal, openJournal } from './journal.ts'
import type { Listing } from './listing.ts'
import { News } from './news.ts'
import { type Ids, reconcile } from './reconcile.ts'
import type { JournalRecord } from './records.ts'
import { type DirectoryStats, describe } from './stats.ts'

export interface DirectoryOptions {
  /** Where the journal stands. Without it nothing is kept: for tests. */
  readonly dataDir?: string
  /** How long an ended interval is kept: the agents' spool horizon and the lag of flow logs. Default 26 h. */
  readonly horizonMs?: Millis
  /** Tells this run's cursors from those of another run: any text that no other run has. */
  readonly instance: string
  readonly log: (line: string) => void
}

/** The directory that adapters feed. All of it is synchronous: an answer never waits for the disk. */
export interface LabelDirectory extends Directory {
  /** Opens the journal and recovers what it holds. @throws the system's error when the data folder cannot be used */
  open(): void
  /**
   * The cluster looks like this at `at`: ends what is not listed, opens what is new. When the journal cannot be written
   * nothing changes. Returns how many labels, Services and subnets changed. @throws the system's error
   */
  apply(listing: Listing, at: EpochMs): number
  /** Nothing has changed up to `at`. */
  advance(cluster: string, at: EpochMs): void
  clusters(): readonly string[]
  stats(): DirectoryStats
  close(): void
}

const DEFAULT_HORIZON = millis(26 * 3_600_000)
/** How often the watermark is written down: what ended while no server ran, ended after the last of them. */
const WATERMARK_EVERY_MS = 30_000
/** The journal is written anew when it has grown to twice its size and by this much. */
const SPARE_JOURNAL_BYTES = 8 * 1024 * 1024

/** Inert: `open` touches the disk. */
export function createDirectory(options: DirectoryOptions): LabelDirectory {
  return new JournaledDirectory(options)
}

interface Known {
  readonly cluster: Cluster
  readonly news: News
  /** False until an adapter has read the cluster in this run: then what ended did so while nobody looked. */
  read: boolean
  watermarkWritten: EpochMs
}

class JournaledDirectory implements LabelDirectory {
  readonly #horizonMs: number
  readonly #instance: string
  readonly #log: (line: string) => void
  readonly #journalFile: string | undefined
  #journal: Journal | undefined
  readonly #clusters = new Map<string, Known>()
  readonly #listeners = new Set<() => void>()
  readonly #byId = new Map<LabelId, { readonly entry: Entry; readonly cluster: Cluster }>()
  /** Ended entries, oldest end first: what leaves the horizon is at the front. */
  readonly #ended: Entry[] = []
  #nextLabel = 1
  #nextService = 1
  #change = 0
  #compactedBytes = 0
  #damagedLines = 0

  constructor({ dataDir, horizonMs, instance, log }: DirectoryOptions) {
    this.#horizonMs = horizonMs ?? DEFAULT_HORIZON
    this.#instance = instance
    this.#log = log
    this.#journalFile = dataDir === undefined ? undefined : join(dataDir, 'directory.journal')
  }

  open(): void {
    if (this.#journalFile === undefined) return
    const { journal, records, damagedLines, damagedBytes } = openJournal(this.#journalFile)
    this.#journal = journal
    this.#damagedLines = damagedLines
    this.#recover(records, damagedLines, damagedBytes)
  }

  #recover(records: readonly JournalRecord[], damagedLines: number, damagedBytes: number): void {
    this.#change = 1
    for (const record of records) this.#put(record)
    this.#ended.sort((a, b) => (a.label.to ?? 0) - (b.label.to ?? 0))
    if (damagedLines > 0) {
      // A line is longer than a byte: so many ids, at most, were given out in what cannot be read.
      this.#nextLabel += damagedBytes
      this.#nextService += damagedBytes
      this.#log(`${damagedLines} damaged lines of directory.journal set aside in directory.journal.damaged`)
    }
    this.#compact()
  }

  apply(listing: Listing, at: EpochMs): number {
    const known = this.#known(listing.cluster)
    const { cluster } = known
    // A clock that was set back must not end a label before something that was already told.
    const now = epochMs(Math.max(at, cluster.watermark ?? at))
    const endAt = known.read ? now : (cluster.watermark ?? now)
    const drawn = { label: this.#nextLabel, service: this.#nextService }
    const ids: Ids = { label: () => drawn.label++, service: () => drawn.service++ }
    const records = reconcile(cluster, listing, now, endAt, ids)
    const watermark: JournalRecord = { kind: 'watermark', cluster: cluster.name, at: now }
    this.#journal?.append([...records, watermark], true)
    known.read = true
    known.watermarkWritten = now
    if (records.length > 0) this.#change++
    for (const record of [...records, watermark]) this.#put(record)
    this.#forget(now)
    if (records.length > 0) for (const listener of this.#listeners) listener()
    return records.length
  }

  advance(name: string, at: EpochMs): void {
    const known = this.#clusters.get(name)
    if (known === undefined || at <= (known.cluster.watermark ?? 0)) return
    known.cluster.watermark = at
    if (at - known.watermarkWritten < WATERMARK_EVERY_MS) return
    known.watermarkWritten = at
    try {
      this.#journal?.append([{ kind: 'watermark', cluster: name, at }], false)
      if ((this.#journal?.bytes ?? 0) > 2 * this.#compactedBytes + SPARE_JOURNAL_BYTES) this.#compact()
    } catch (error) {
      this.#log(`the journal cannot be written: ${error}`)
    }
    this.#forget(at)
  }

  place(cluster: string, address: string, port: number, at: EpochMs): Placed {
    const known = this.#clusters.get(cluster)
    return known === undefined ? unplaced('no directory') : known.cluster.place(address, port, at)
  }

  label(id: LabelId): Label | undefined {
    return this.#byId.get(id)?.entry.label
  }

  service(id: number): ServiceEntry | undefined {
    for (const { cluster } of this.#clusters.values()) {
      const entry = cluster.services.get(id)
      if (entry !== undefined) return entry
    }
    return undefined
  }

  serviceBehind(name: string, address: string, port: number, protocol: number, at: EpochMs): ServiceEntry | undefined {
    const cluster = this.#clusters.get(name)?.cluster
    return cluster?.services.behind(cluster.place(address, port, at).peer, port, protocol, at)
  }

  nodes(cluster: string, at: EpochMs): ReadonlyMap<string, Zone | undefined> {
    return this.#clusters.get(cluster)?.cluster.nodes(at) ?? new Map()
  }

  watermark(cluster: string): EpochMs {
    return this.#clusters.get(cluster)?.cluster.watermark ?? epochMs(0)
  }

  updateFor(cluster: string, node: string, cursor: string | undefined): DirectoryUpdate | undefined {
    const known = this.#clusters.get(cluster)
    if (known === undefined) return undefined
    const since = this.#changeOf(cursor)
    if (since !== undefined && !known.news.hasNews(node, since)) return undefined
    return known.news.update(node, since, `${this.#instance}.${this.#change}`)
  }

  ask(cluster: string, node: string, addresses: readonly string[], now: EpochMs): LabelAnswer {
    const known = this.#clusters.get(cluster)
    return known?.news.answer(node, addresses, now) ?? { watermark: epochMs(0), labels: [], unknown: addresses }
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  clusters(): readonly string[] {
    return [...this.#clusters.keys()]
  }

  stats(): DirectoryStats {
    const clusters = Array.from(this.#clusters.values(), ({ cluster }) => cluster)
    return describe(clusters, this.#change, this.#damagedLines, this.#journal?.bytes ?? 0)
  }

  close(): void {
    this.#journal?.close()
  }

  #known(name: string): Known {
    const known = this.#clusters.get(name)
    if (known !== undefined) return known
    const cluster = new Cluster(name)
    const made: Known = { cluster, news: new News(cluster), read: false, watermarkWritten: epochMs(0) }
    this.#clusters.set(name, made)
    return made
  }

  /** The one way anything gets into memory, from an adapter or from the journal. */
  #put(record: JournalRecord): void {
    if (record.kind === 'ids') {
      this.#nextLabel = Math.max(this.#nextLabel, record.label)
      this.#nextService = Math.max(this.#nextService, record.service)
      return
    }
    const { cluster, news } = this.#known(record.cluster)
    const entry = cluster.put(record, this.#change)
    if (record.kind === 'service') this.#nextService = Math.max(this.#nextService, record.service.entry.id + 1)
    if (entry === undefined) return
    this.#nextLabel = Math.max(this.#nextLabel, entry.label.id + 1)
    this.#byId.set(entry.label.id, { entry, cluster })
    if (entry.label.to !== null) this.#ended.push(entry)
    news.noteChange(entry)
  }

  #forget(now: EpochMs): void {
    const before = epochMs(now - this.#horizonMs)
    let gone = 0
    for (const entry of this.#ended) {
      if (entry.label.to === null || entry.label.to >= before) break
      this.#byId.get(entry.label.id)?.cluster.remove(entry)
      this.#byId.delete(entry.label.id)
      gone++
    }
    this.#ended.splice(0, gone)
    for (const { cluster } of this.#clusters.values()) cluster.forget(before)
  }

  #compact(): void {
    this.#journal?.rewrite(this.#records())
    this.#compactedBytes = this.#journal?.bytes ?? 0
  }

  *#records(): Iterable<JournalRecord> {
    yield { kind: 'ids', label: this.#nextLabel, service: this.#nextService }
    for (const [name, { cluster }] of this.#clusters) {
      if (cluster.watermark !== undefined) yield { kind: 'watermark', cluster: name, at: cluster.watermark }
      for (const last of cluster.services.lastGenerations()) yield { kind: 'generation', cluster: name, ...last }
      for (const { record } of cluster.services.kept()) yield { kind: 'service', cluster: name, service: record }
      for (const subnet of cluster.subnets.records()) yield { kind: 'subnet', cluster: name, subnet }
      for (const { label, ports } of cluster.entries.values()) yield { kind: 'label', cluster: name, label, ports }
    }
  }

  /** undefined for a cursor of another run, or none: the agent begins anew. */
  #changeOf(cursor: string | undefined): number | undefined {
    const [instance, change, more] = (cursor ?? '').split('.')
    const number = Number(change)
    if (instance !== this.#instance || more !== undefined || !/^\d+$/.test(change ?? '') || number > this.#change)
      return undefined
    return number
  }
}
