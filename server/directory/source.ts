import { randomUUID } from 'node:crypto'
import type { Part } from '@weir/contract/parts.ts'
import type { FurtherCluster } from '../clusters.ts'
import type { NodeOfPod } from '../trust/service-account.ts'
import type { ReviewToken } from '../trust/token-review.ts'
import { createFixedDirectory, type FixedDirectory, type FixedStats } from './fixed/fixed.ts'
import { fanOut } from './kubernetes/fan-out.ts'
import type { ResourceStats } from './kubernetes/kubernetes.ts'
import { KubernetesListing } from './kubernetes/listing.ts'
import type { ObjectsListener, Resource } from './kubernetes/objects.ts'
import { createDirectory, type LabelDirectory } from './label-directory.ts'
import type { DirectorySettings } from './settings.ts'

/** The directory, and what feeds it: one part, so that it is open before anything is fed. */
export interface DirectorySource extends Part {
  readonly directory: LabelDirectory
  /** False until what is there now has been read once. */
  isReady(): boolean
  /** What keeps it from being ready, or up to date; empty when all is well. */
  reasons(): readonly string[]
  fileStats(): FixedStats
  /** Of the first cluster. */
  watchStats(): readonly ResourceStats[]
  /** Rejects where no API server is watched. */
  readonly reviewToken: ReviewToken
  /** By cluster, of those that are watched. */
  readonly reviewsOf: { readonly [cluster: string]: ReviewToken }
  readonly nodeOfPod: NodeOfPod
}

export interface SourceOptions {
  readonly settings: DirectorySettings & { readonly dataDir: string }
  /** Epoch ms. */
  readonly now: () => number
  readonly log: (line: string) => void
  /** Clusters besides the first. */
  readonly further: readonly FurtherCluster[]
  /** Who else hears of a watched cluster's objects, after the directory. Must not throw. */
  readonly alsoTell?: (cluster: string) => ObjectsListener
}

/** @throws Error when the kubeconfig cannot be used. */
export async function createDirectorySource(options: SourceOptions): Promise<DirectorySource> {
  const first = await (options.settings.directory === 'file' ? fileSource(options) : kubernetesSource(options))
  const further: DirectorySource[] = []
  for (const cluster of options.further) further.push(await furtherSource(cluster, first.directory, options))
  return further.length === 0 ? first : withFurther(first, further)
}

/**
 * All clusters feed one directory. The first decides about readiness: agents of one cluster must not lose their server
 * because the API server of another is away. That is told among the reasons.
 */
function withFurther(first: DirectorySource, further: readonly DirectorySource[]): DirectorySource {
  const all = [first, ...further]
  return {
    ...first,
    start: async () => {
      for (const source of all) await source.start()
    },
    stop: async () => {
      for (const source of all.toReversed()) await source.stop()
    },
    reasons: () => all.flatMap(source => source.reasons()),
    watchStats: () => all.flatMap(source => source.watchStats()),
    fileStats: () => ({
      fileReadsTotal: sum(all, source => source.fileStats().fileReadsTotal),
      fileRefusedTotal: sum(all, source => source.fileStats().fileRefusedTotal),
    }),
    nodeOfPod: (cluster, pod) =>
      all
        .values()
        .map(source => source.nodeOfPod(cluster, pod))
        .find(isKnown),
    reviewsOf: Object.assign({}, ...all.map(source => source.reviewsOf)),
  }
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0)
const isKnown = (node: string | undefined): node is string => node !== undefined

async function furtherSource(
  { name, directory: by }: FurtherCluster,
  directory: LabelDirectory,
  options: SourceOptions,
): Promise<DirectorySource> {
  if (by.by === 'kubernetes') return watchSource(name, by, directory, options)
  const { settings, now, log } = options
  const { dataDir } = settings
  return sourceOfFile(createFixedDirectory({ file: by.file, dataDir, now, log, further: { cluster: name, directory } }))
}

async function fileSource({ settings, now, log }: SourceOptions): Promise<DirectorySource> {
  const { directoryFile: file, dataDir } = settings
  return sourceOfFile(createFixedDirectory({ file, dataDir, now, log }))
}

function sourceOfFile(fixed: FixedDirectory): DirectorySource {
  return {
    name: fixed.name,
    directory: fixed.directory,
    start: () => fixed.start(),
    stop: () => fixed.stop(),
    // It does not start without its file.
    isReady: () => true,
    reasons: () => [],
    fileStats: () => fixed.fileStats(),
    watchStats: () => [],
    reviewToken: async () => {
      throw new Error('no API server is watched: --directory kubernetes is needed for it')
    },
    reviewsOf: {},
    nodeOfPod: () => undefined,
  }
}

async function kubernetesSource(options: SourceOptions): Promise<DirectorySource> {
  const { settings, log } = options
  const { cluster, kubeconfig, dataDir } = settings
  const directory = createDirectory({ dataDir, instance: randomUUID(), log })
  const watch = await watchSource(cluster, { kubeconfig }, directory, options)
  return {
    ...watch,
    start: async () => {
      directory.open()
      await watch.start()
    },
    stop: async () => {
      await watch.stop()
      directory.close()
    },
  }
}

async function watchSource(
  cluster: string,
  { kubeconfig, context }: { readonly kubeconfig: string; readonly context?: string | undefined },
  directory: LabelDirectory,
  { settings, alsoTell, log }: SourceOptions,
): Promise<DirectorySource> {
  const labelKeys = settings.podLabels
  // The client takes half a second and tens of megabytes to load: only where it is used.
  const { watchKubernetes } = await import('./kubernetes/kubernetes.ts')
  const listener = fanOut([
    new KubernetesListing({ cluster, directory, labelKeys }),
    ...(alsoTell === undefined ? [] : [alsoTell(cluster)]),
  ])
  const chosen = context === undefined ? {} : { context }
  const extras: Resource[] = []
  if (settings.watchIstio === 'on') extras.push('destinationRules')
  if (settings.watchIngresses === 'on') extras.push('ingresses')
  const watch = watchKubernetes({ cluster, kubeconfig, ...chosen, labelKeys, extras, listener, log })
  return {
    name: 'directory',
    directory,
    start: () => watch.start(),
    stop: () => watch.stop(),
    isReady: () => watch.isSynced,
    reasons: () => watch.reasons(),
    fileStats: () => ({ fileReadsTotal: 0, fileRefusedTotal: 0 }),
    watchStats: () => watch.stats(),
    reviewToken: watch.reviewToken,
    reviewsOf: { [cluster]: watch.reviewToken },
    nodeOfPod: (of, pod) => (of === cluster ? watch.nodeOfPod(pod) : undefined),
  }
}
