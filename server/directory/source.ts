import { randomUUID } from 'node:crypto'
import type { Part } from '@weir/contract/parts.ts'
import type { NodeOfPod } from '../trust/service-account.ts'
import type { ReviewToken } from '../trust/token-review.ts'
import { createFixedDirectory, type FixedStats } from './fixed/fixed.ts'
import type { ResourceStats } from './kubernetes/kubernetes.ts'
import { KubernetesListing } from './kubernetes/listing.ts'
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
  watchStats(): readonly ResourceStats[]
  /** Rejects where no API server is watched. */
  readonly reviewToken: ReviewToken
  readonly nodeOfPod: NodeOfPod
}

export interface SourceOptions {
  readonly settings: DirectorySettings & { readonly dataDir: string }
  /** Epoch ms. */
  readonly now: () => number
  readonly log: (line: string) => void
}

/** @throws Error when the kubeconfig cannot be used. */
export async function createDirectorySource(options: SourceOptions): Promise<DirectorySource> {
  return options.settings.directory === 'file' ? fileSource(options) : kubernetesSource(options)
}

function fileSource({ settings, now, log }: SourceOptions): DirectorySource {
  const fixed = createFixedDirectory({ file: settings.directoryFile, dataDir: settings.dataDir, now, log })
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
    nodeOfPod: () => undefined,
  }
}

async function kubernetesSource({ settings, log }: SourceOptions): Promise<DirectorySource> {
  // The client takes half a second and tens of megabytes to load: only where it is used.
  const { watchKubernetes } = await import('./kubernetes/kubernetes.ts')
  const { cluster, kubeconfig, dataDir } = settings
  const directory = createDirectory({ dataDir, instance: randomUUID(), log })
  const labelKeys: readonly string[] = []
  const listener = new KubernetesListing({ cluster, directory, labelKeys })
  const watch = watchKubernetes({ cluster, kubeconfig, labelKeys, listener, log })
  return {
    name: 'directory',
    directory,
    start: async () => {
      directory.open()
      await watch.start()
    },
    stop: async () => {
      await watch.stop()
      directory.close()
    },
    isReady: () => watch.isSynced,
    reasons: () => watch.reasons(),
    fileStats: () => ({ fileReadsTotal: 0, fileRefusedTotal: 0 }),
    watchStats: () => watch.stats(),
    reviewToken: watch.reviewToken,
    nodeOfPod: (of, pod) => (of === cluster ? watch.nodeOfPod(pod) : undefined),
  }
}
