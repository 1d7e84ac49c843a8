import type { Clock } from '../kubernetes/clock.ts'
import type { LabelDirectory } from '../label-directory.ts'
import type { VpcRecords } from '../vpc-map.ts'
import { listAround } from './around.ts'

export interface FeederOptions {
  readonly directory: Pick<LabelDirectory, 'clusters' | 'mapVpcs' | 'nodeAddresses' | 'onChange'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: (line: string) => void
}

/** Lists the VPCs around every cluster of the directory, those too that are read later. */
export class VpcFeeder {
  readonly #options: FeederOptions
  /** Clusters around which the newest map is listed. */
  readonly #fed = new Set<string>()
  #vpcs: readonly VpcRecords[] = []
  #stopListening: (() => void) | undefined
  #isDue = false
  /** Subnets that several VPCs use, as the cluster sees it that has the most of them. */
  contested = 0

  constructor(options: FeederOptions) {
    this.#options = options
  }

  /** No VPCs: what an earlier run listed has ended. */
  take(vpcs: readonly VpcRecords[]): void {
    this.#vpcs = vpcs
    this.#fed.clear()
    this.#feed()
    this.#stopListening ??= this.#options.directory.onChange(() => this.#feedSoon())
  }

  stop(): void {
    this.#stopListening?.()
    this.#stopListening = () => {}
  }

  /** Not within the directory's own change. */
  #feedSoon(): void {
    if (this.#isDue || this.#options.directory.clusters().every(cluster => this.#fed.has(cluster))) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      this.#feed()
    })
  }

  #feed(): void {
    const { directory, clock, log } = this.#options
    this.contested = 0
    for (const cluster of directory.clusters()) {
      const around = listAround(this.#vpcs, directory.nodeAddresses(cluster))
      this.contested = Math.max(this.contested, around.contested)
      if (this.#fed.has(cluster)) continue
      try {
        if (directory.mapVpcs(cluster, around.listed, clock.now())) this.#fed.add(cluster)
      } catch (error) {
        log(`the map of the VPCs could not be written to the directory, and will be tried again: ${error}`)
      }
    }
  }
}
