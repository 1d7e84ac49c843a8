import { join } from 'node:path'
import type { LabelAnswer, ServiceEntry } from '@weir/contract/directory-wire.ts'
import type { Label, LabelId, Workload } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs, millis } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { Compaction } from '../compaction.ts'
import { type Journal, openJournal } from '../journal.ts'
import type { AgentUpdate } from './agent-update.ts'
import { changeOf, cursorText } from './cursor.ts'
import type { Directory, Placed } from './directory.ts'
import type { DirectoryOptions } from './directory-options.ts'
import { KnownClusters } from './known-clusters.ts'
import { type Known, LabelHistory } from './label-history.ts'
import type { Listed, ListedChange } from './listing.ts'
import { mayBeElsewhere, Neighbours } from './neighbours.ts'
import { type Ids, reconcile } from './reconcile.ts'
import { type JournalRecord, recordOf } from './records.ts'
import { Recovered } from './recovered.ts'
import { serviceName } from './services.ts'
import { type DirectoryStats, describe } from './stats.ts'
import { unplaced } from './unplaced.ts'
import { isVpcKey } from './vpc-keys.ts'
import { type Listing, thingsOf } from './whole-listing.ts'
import type { ChosenLabels } from './workload-labels.ts'

/** The directory that adapters feed. All of it is synchronous: an answer never waits for the disk. */
export interface LabelDirectory extends Directory {
  /** Opens the journal and recovers what it holds. @throws the system's error when the data folder cannot be used */
  open(): void
  /**
   * These things, and no others, are what the cluster holds at `at`: ends what is not among them, opens what is new.
   * Returns how many intervals were written. When the journal cannot be written nothing changes, and the next change
   * tries again. @throws the system's error
   */
  replace(cluster: string, listed: ReadonlyMap<string, Listed>, at: EpochMs): number
  /** As `replace`, for things that have names and no keys. */
  apply(listing: Listing, at: EpochMs): number
  /** These things changed at `at`, everything else is as it was: else like `replace`, which must have come first. */
  change(cluster: string, changes: readonly ListedChange[], at: EpochMs): number
  /**
   * These things, under keys of vpc-keys.ts, are what the VPCs' map lists around the cluster: like `replace` for them
   * alone. It says nothing of the cluster's own things, so the watermark stays. False, and nothing is done, while the
   * cluster has not been read: its pods and nodes win over what the map has at their addresses.
   */
  mapVpcs(cluster: string, listed: ReadonlyMap<string, Listed>, at: EpochMs): boolean
  /** What the cluster's nodes have now. */
  nodeAddresses(cluster: string): readonly string[]
  /** Nothing has changed up to `at`. */
  advance(cluster: string, at: EpochMs): void
  clusters(): readonly string[]
  /** The chosen Kubernetes labels of a workload at that moment; empty where none are known. */
  workloadLabels(cluster: string, namespace: string, workload: Workload, at: EpochMs): ChosenLabels
  /** Routing generations of a Service by when they began, oldest first; of one made anew, all of its name. */
  generationsOf(cluster: string, namespace: string, name: string): ServiceEntry['generations']
  stats(): DirectoryStats
  close(): void
}

const DEFAULT_HORIZON = millis(26 * 3_600_000)
/** How often the watermark is written down: what ended while no server ran, ended after the last of them. */
const WATERMARK_EVERY_MS = 30_000
const FORGET_EVERY_MS = 60_000

/** Inert: `open` touches the disk. */
export function createDirectory(options: DirectoryOptions): LabelDirectory {
  return new JournaledDirectory(options)
}

class JournaledDirectory implements LabelDirectory {
  readonly #horizonMs: number
  readonly #instance: string
  readonly #log: (line: string) => void
  readonly #journalFile: string | undefined
  #journal: Journal<JournalRecord> | undefined
  #compaction: Compaction<JournalRecord> | undefined
  readonly #clusters = new KnownClusters()
  readonly #listeners = new Set<() => void>()
  readonly #history = new LabelHistory()
  readonly #neighbours = new Neighbours()
  #nextLabel = 1
  #nextService = 1
  #change = 0
  #forgotAt = 0
  #damagedLines = 0

  constructor({ dataDir, horizonMs, instance, log }: DirectoryOptions) {
    this.#horizonMs = horizonMs ?? DEFAULT_HORIZON
    this.#instance = instance
    this.#log = log
    this.#journalFile = dataDir === undefined ? undefined : join(dataDir, 'directory.journal')
  }

  open(): void {
    if (this.#journalFile === undefined) return
    const { journal, records, damagedLines, damagedBytes } = openJournal(this.#journalFile, recordOf)
    this.#journal = journal
    this.#damagedLines = damagedLines
    this.#recover(records, damagedLines, damagedBytes)
  }

  #recover(records: readonly JournalRecord[], damagedLines: number, damagedBytes: number): void {
    this.#change = 1
    const recovered = new Recovered()
    for (const record of records) this.#put(recovered.of(record))
    this.#history.sort()
    if (damagedLines > 0) {
      // A line is longer than a byte: so many ids, at most, were given out in what cannot be read.
      this.#nextLabel += damagedBytes
      this.#nextService += damagedBytes
      this.#log(`${damagedLines} damaged lines of directory.journal set aside in directory.journal.damaged`)
    }
    this.#journal?.rewrite(this.#records())
    if (this.#journal !== undefined) this.#compaction = new Compaction(this.#journal, () => this.#records(), this.#log)
  }

  replace(name: string, listed: ReadonlyMap<string, Listed>, at: EpochMs): number {
    const known = this.#clusters.of(name)
    known.cluster.list(listed, known.read, key => !isVpcKey(key))
    return this.#write(known, at, true)
  }

  mapVpcs(name: string, listed: ReadonlyMap<string, Listed>, at: EpochMs): boolean {
    const known = this.#clusters.get(name)
    if (!known?.read) return false
    known.cluster.list(listed, known.mapped, isVpcKey)
    if (known.cluster.world.stale.size > 0) this.#write(known, at, false)
    known.mapped = true
    return true
  }

  apply(listing: Listing, at: EpochMs): number {
    return this.replace(listing.cluster, thingsOf(listing), at)
  }

  change(name: string, changes: readonly ListedChange[], at: EpochMs): number {
    const known = this.#clusters.of(name)
    for (const change of changes) known.cluster.world.take(change)
    if (known.cluster.world.stale.size > 0) return this.#write(known, at, true)
    this.advance(name, at)
    return 0
  }

  /** Writes down what the listed things have changed, then takes it in and tells of it. `isCurrent`: the cluster is, by then. */
  #write(known: Known, at: EpochMs, isCurrent: boolean): number {
    const { cluster } = known
    const { stale } = cluster.world
    // A clock that was set back must not end a label before something that was already told.
    const now = epochMs(Math.max(at, cluster.watermark ?? at))
    const endAt = known.read ? now : (cluster.watermark ?? now)
    const drawn = { label: this.#nextLabel, service: this.#nextService }
    const ids: Ids = { label: () => drawn.label++, service: () => drawn.service++ }
    const records = reconcile(cluster, stale, { at: now, endAt }, ids)
    if (isCurrent) records.push({ kind: 'watermark', cluster: cluster.name, at: now })
    this.#journal?.append(records, true)
    stale.clear()
    const changes = records.length - (isCurrent ? 1 : 0)
    if (changes > 0) this.#change++
    for (const record of records) this.#put(record)
    if (isCurrent) Object.assign(known, { read: true, watermarkWritten: now })
    this.#forget(now)
    this.#compaction?.look()
    if (changes > 0) for (const listener of this.#listeners) listener()
    return changes
  }

  advance(name: string, at: EpochMs): void {
    const known = this.#clusters.get(name)
    if (known === undefined || at <= (known.cluster.watermark ?? 0)) return
    known.cluster.watermark = at
    if (at - known.watermarkWritten < WATERMARK_EVERY_MS) return
    known.watermarkWritten = at
    try {
      this.#journal?.append([{ kind: 'watermark', cluster: name, at }], false)
    } catch (error) {
      this.#log(`the journal cannot be written: ${error}`)
    }
    this.#forget(at)
    this.#compaction?.look()
  }

  place(cluster: string, address: string, port: number, at: EpochMs): Placed {
    const known = this.#clusters.get(cluster)
    if (known === undefined) return unplaced('no directory')
    const placed = known.cluster.place(address, port, at)
    if (this.#clusters.size === 1 || !mayBeElsewhere(placed)) return placed
    return this.#neighbours.find(known.cluster, this.#clusters.all(), address, port, at) ?? placed
  }

  label(id: LabelId): Label | undefined {
    return this.#clusters.label(id)
  }

  placedLabel(id: LabelId): Placed | undefined {
    return this.#clusters.placedLabel(id)
  }

  service(id: number): ServiceEntry | undefined {
    return this.#clusters.service(id)
  }

  servicesBehind(name: string, address: string, port: number, protocol: number, at: EpochMs): readonly ServiceEntry[] {
    return this.#clusters.get(name)?.cluster.servicesBehind(address, port, protocol, at) ?? []
  }

  workloadLabels(cluster: string, namespace: string, workload: Workload, at: EpochMs): ChosenLabels {
    return this.#clusters.get(cluster)?.cluster.workloadLabels.at(namespace, workload, at) ?? {}
  }

  generationsOf(cluster: string, namespace: string, name: string): ServiceEntry['generations'] {
    return this.#clusters.get(cluster)?.cluster.services.generationsOf(serviceName(namespace, name)) ?? []
  }

  nodes(cluster: string, at: EpochMs): ReadonlyMap<string, Zone | undefined> {
    return this.#clusters.get(cluster)?.cluster.nodes(at) ?? new Map()
  }

  nodeAddresses(cluster: string): readonly string[] {
    return this.#clusters.get(cluster)?.cluster.allNodeAddresses() ?? []
  }

  watermark(cluster: string): EpochMs {
    return this.#clusters.get(cluster)?.cluster.watermark ?? epochMs(0)
  }

  newsFor(cluster: string, node: string, cursor: string | undefined): 'none' | 'shared' | 'own' {
    const since = changeOf(cursor, this.#instance, this.#change)
    return this.#clusters.get(cluster)?.news.kindOfNews(node, since) ?? 'none'
  }

  updateFor(cluster: string, node: string, cursor: string | undefined): AgentUpdate | undefined {
    const known = this.#clusters.get(cluster)
    if (known === undefined) return undefined
    const since = changeOf(cursor, this.#instance, this.#change)
    if (known.news.kindOfNews(node, since) === 'none') return undefined
    return known.news.update(node, since, this.#change, change => cursorText(this.#instance, change))
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
    return this.#clusters.names()
  }

  stats(): DirectoryStats {
    return describe([...this.#clusters.all()], {
      changesTotal: this.#change,
      labelsForgottenEarly: this.#history.forgottenEarly,
      journalDamagedLines: this.#damagedLines,
      journalBytes: this.#journal?.bytes ?? 0,
    })
  }

  close(): void {
    this.#journal?.close()
  }

  /** The one way anything gets into memory, from an adapter or from the journal. */
  #put(record: JournalRecord): void {
    if (record.kind === 'ids') {
      this.#nextLabel = Math.max(this.#nextLabel, record.label)
      this.#nextService = Math.max(this.#nextService, record.service)
      return
    }
    const known = this.#clusters.of(record.cluster)
    const told = known.cluster.put(record, this.#change)
    if (told === undefined) return
    known.news.note(told, this.#change)
    if (told.kind === 'service') this.#nextService = Math.max(this.#nextService, told.service.record.entry.id + 1)
    if (told.kind !== 'label') return
    this.#nextLabel = Math.max(this.#nextLabel, told.entry.label.id + 1)
    this.#history.put(told.entry, known)
  }

  #forget(now: EpochMs): void {
    if (now < this.#forgotAt + FORGET_EVERY_MS) return
    this.#forgotAt = now
    const before = epochMs(now - this.#horizonMs)
    this.#history.forget(before)
    for (const { cluster, news } of this.#clusters.values()) news.forgot(cluster.forget(before))
  }

  *#records(): Iterable<JournalRecord> {
    yield { kind: 'ids', label: this.#nextLabel, service: this.#nextService }
    for (const cluster of this.#clusters.all()) yield* cluster.records()
  }
}
