import { networkInterfaces } from 'node:os'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { compareZones, type Zone } from '@weir/contract/zones.ts'
import type { SeriesCatalogue } from './answers/catalogue.ts'
import { CostAnswerer } from './api/cost-answerer.ts'
import type { CostSources } from './api/cost-routes.ts'
import type { BillBook } from './billing/bill-book.ts'
import { meteringBy } from './billing/metering.ts'
import type { OwnTraffic } from './billing/self-cost.ts'
import type { LabelDirectory } from './directory/label-directory.ts'
import type { AgentState } from './ingest/feed.ts'
import type { SidesBook } from './pricing/billed-sides.ts'
import type { FlowStore } from './store/flow-store.ts'

export interface CostsOptions {
  readonly store: FlowStore
  readonly catalogue: SeriesCatalogue
  readonly directory: Pick<LabelDirectory, 'place' | 'nodes' | 'workloadLabels'>
  readonly ingest: { sealedUntil(): EpochMs | null; agents(): readonly AgentState[] }
  readonly bills: BillBook
  /** The cluster that the server is of. */
  readonly cluster: string
  readonly bytesPerGb: number
  /** Of the bill and the prices, ISO 4217. */
  readonly currency: string
  readonly billedSides: SidesBook
  /** Accounts whose bill it is; empty where that is not told. */
  readonly accounts: readonly string[]
  readonly labelKeys: readonly string[]
  readonly now: () => EpochMs
}

/** What answers about money are made of. */
export function createCosts(options: CostsOptions): CostSources {
  const { bills, bytesPerGb, catalogue, directory, ingest, labelKeys, now, store } = options
  const answerer = new CostAnswerer({
    store,
    catalogue,
    bills,
    meteringOf: meteringBy(options.billedSides, new Set(options.accounts)),
    bytesPerGb,
    currency: options.currency,
    now,
    sealedUntil: () => ingest.sealedUntil(),
    // The labels in force when the day ends, so that a day has one owner.
    labelAt: (key, { cluster, namespace, workload }, day) =>
      directory.workloadLabels(cluster, namespace, workload, epochMs(day + 86_399_999))[key],
    ownTraffic: () => ingest.agents().map(agent => ownTraffic(agent, options)),
  })
  return { answerer, labelKeys, bytesPerGb, region: () => regionOf(catalogue) }
}

function ownTraffic({ cluster, node, report }: AgentState, { directory, cluster: own, now }: CostsOptions): OwnTraffic {
  const zone = directory.nodes(cluster, now()).get(node)
  const { crossing } = compareZones(zone, ownZone(directory, own, now()))
  return {
    bytes: report.uplinkBytesTotal + report.labelBytesTotal,
    startedAt: report.startedAt,
    crosses: crossing === 'unknown' ? undefined : crossing === 'cross-zone',
  }
}

/** Where this process runs, as the directory has its own address. */
function ownZone(directory: CostsOptions['directory'], cluster: string, now: EpochMs): Zone | undefined {
  return Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => directory.place(cluster, address, 0, now).zone)
    .find(zone => zone !== undefined)
}

function regionOf({ places }: SeriesCatalogue): string {
  const regions = new Set(places.flatMap(place => (place.kind === 'zone' ? [place.zone.region] : [])))
  const [region = ''] = regions
  return regions.size === 1 ? region : ''
}
