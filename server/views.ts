import type { Part } from '@weir/contract/parts.ts'
import type { Price } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, MINUTE_MS, minuteOf } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { SeriesCatalogue } from './answers/catalogue.ts'
import type { NodeName, Surroundings } from './answers/provenance.ts'
import { RecentDecisions } from './answers/recent-decisions.ts'
import { ZoneCounters } from './answers/zone-counters.ts'
import type { Directory } from './directory/directory.ts'
import { flowLogAsideReasons } from './ingest/flow-logs/tally.ts'
import type { Ingest } from './ingest/ingest.ts'
import { asideReasons } from './ingest/tally.ts'
import { FlowRing } from './live/flow-ring.ts'
import { LiveWindow } from './live/window.ts'
import type { SidesBook } from './pricing/billed-sides.ts'
import type { FlowStore } from './store/flow-store.ts'

export interface ViewsOptions {
  readonly store: FlowStore
  readonly directory: Directory & { clusters(): readonly string[] }
  /** Zones with both their forms, as the VPCs' map has them. */
  readonly mapZones: () => readonly Zone[]
  /** What the VPCs' map is without, or says against the numbers. */
  readonly mapGaps: () => readonly string[]
  readonly ingest: Pick<Ingest, 'agents' | 'sealedUntil' | 'addListener' | 'counts' | 'flowLogs'>
  /** The price in force; the bill may change it. */
  readonly price: () => Price
  /** Paths that are billed otherwise than by default. */
  readonly billedSides: SidesBook
  readonly open: boolean
  readonly now: () => EpochMs
}

const HOUR_MS = 60 * MINUTE_MS

/** What is held in memory for answers: fed by ingest from before its first batch on, read by API, live views and metrics. */
export class Views implements Part {
  readonly name = 'views'
  readonly catalogue: SeriesCatalogue
  readonly window = new LiveWindow()
  readonly flows: FlowRing
  readonly counters: ZoneCounters
  readonly recent: RecentDecisions
  readonly #options: ViewsOptions
  #stopListening: () => void = () => {}

  constructor(options: ViewsOptions) {
    const { directory, ingest, now, store } = options
    this.#options = options
    this.catalogue = new SeriesCatalogue(store, options.billedSides)
    this.flows = new FlowRing(this.catalogue.book, directory)
    this.counters = new ZoneCounters(this.catalogue)
    this.recent = new RecentDecisions(minuteOf(epochMs(now() - HOUR_MS)))
    ingest.addListener({
      onCounted: batch => {
        this.window.counted(batch)
        this.flows.counted(batch)
        this.counters.add(batch.facts)
      },
      onSealed: sealed => {
        this.window.sealed(sealed)
        this.recent.sealed(sealed)
        for (const facts of sealed.facts) this.counters.add(facts)
      },
      onFlowLogs: facts => {
        for (const one of facts) this.counters.add(one)
      },
    })
  }

  async start(): Promise<void> {
    const now = this.#options.now()
    const decisions = await this.#options.store.decisions({ from: epochMs(now - HOUR_MS), to: now })
    this.recent.add(decisions, minuteOf(now))
    const learn = () => this.catalogue.learnZones([...this.nodes().values(), ...this.#options.mapZones()])
    this.#stopListening = this.#options.directory.onChange(learn)
    learn()
    // Of 200,000 series this takes a second: now, not at the first question.
    this.catalogue.sync()
  }

  async stop(): Promise<void> {
    this.#stopListening()
  }

  /** The directory's nodes now, of all clusters, by what they are called. */
  nodes(): ReadonlyMap<string, Zone | undefined> {
    const { directory, now } = this.#options
    const name = this.nodeName()
    const nodesOf = (cluster: string) =>
      Array.from(directory.nodes(cluster, now()), ([node, zone]) => [name?.({ cluster, node }) ?? node, zone] as const)
    return new Map(directory.clusters().flatMap(nodesOf))
  }

  /** Undefined while there is one cluster: nodes go by their own names. */
  nodeName(): NodeName | undefined {
    if (this.#options.directory.clusters().length <= 1) return undefined
    return ({ cluster, node }) => `${cluster}/${node}`
  }

  zoneLabels(): string[] {
    return [...this.nodes().values()].flatMap(zone => (zone === undefined ? [] : [this.catalogue.book.label(zone)]))
  }

  around(): Surroundings {
    const { ingest, mapGaps, now, open, price } = this.#options
    const nodeName = this.nodeName()
    const { setAside } = ingest.counts().bytes
    const flowLogs = ingest.flowLogs.state()
    return {
      now: now(),
      sealedUntil: ingest.sealedUntil(),
      agents: ingest.agents(),
      flowLogs,
      nodes: [...this.nodes().keys()],
      ...(nodeName !== undefined && { nodeName }),
      open,
      price: price(),
      mapGaps: mapGaps(),
      lost: [
        ...asideReasons.map(reason => ({ name: `bytes set aside: ${reason}`, count: setAside[reason] })),
        ...flowLogAsideReasons.map(reason => ({
          name: `bytes of flow logs set aside: ${reason}`,
          count: flowLogs.bytes.setAside[reason],
        })),
      ],
    }
  }
}
