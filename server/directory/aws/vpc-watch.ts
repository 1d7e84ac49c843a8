import { join } from 'node:path'
import type { Part } from '@weir/contract/parts.ts'
import type { Clock } from '../kubernetes/clock.ts'
import type { LabelDirectory } from '../label-directory.ts'
import { VpcIndex } from '../vpc-index.ts'
import type { VpcMap, VpcRecords } from '../vpc-map.ts'
import { readCache, writeCache } from './cache-file.ts'
import type { Ec2Options } from './client.ts'
import { discoverVpcs } from './discover.ts'
import { type Ec2, Ec2Failure } from './ec2.ts'
import { VpcFeeder } from './feeder.ts'
import { type CallCounts, Pages } from './pages.ts'
import { lostWithout, type MapRead, type Problem, readVpcs } from './read.ts'
import type { Place } from './records.ts'
import type { AwsSettings, VpcTarget } from './settings.ts'

export interface VpcWatchOptions {
  readonly settings: AwsSettings & { readonly dataDir: string }
  readonly directory: Pick<LabelDirectory, 'clusters' | 'mapVpcs' | 'nodeAddresses' | 'onChange'>
  readonly open: (options: Ec2Options) => Ec2
  readonly clock: Clock
  readonly log: (line: string) => void
}

export interface VpcWatchStats {
  /** Of the VPC that was read longest ago; undefined while there is no map. */
  readonly ageSeconds: number | undefined
  readonly vpcs: number
  readonly interfaces: number
  readonly unclassified: number
  /** Subnets that several VPCs use, as the cluster sees it that has the most of them. */
  readonly contested: number
  readonly calls: CallCounts
}

/** VPCs of one account and region; 'auto': those of the clusters' nodes. */
interface Group {
  readonly ec2: Ec2
  readonly vpcs: readonly string[] | 'auto'
}

interface GroupRead extends MapRead {
  readonly notes?: readonly string[]
}

const NO_NODES = 'the VPCs are not known yet: no node is an EC2 instance of this account and region'

/** While there is no map at all, EC2 is asked again sooner. */
const FIRST_RETRY_MS = 15_000

/** Reads the map again and again, keeps it on the disk, and lists it around every cluster of the directory. */
export class VpcWatch implements Part {
  readonly name = 'map of the VPCs'
  readonly #options: VpcWatchOptions
  readonly #index = new VpcIndex()
  readonly #stopping = new AbortController()
  readonly #pages: Pages
  readonly #groups: readonly Group[]
  readonly #file: string
  readonly #feeder: VpcFeeder
  #hasMap = false
  #running: Promise<void> | undefined
  #reasons: readonly string[] = ['the map of the VPCs has not been read yet']
  #unclassified = 0

  constructor(options: VpcWatchOptions) {
    this.#options = options
    this.#pages = new Pages(options.clock, this.#stopping.signal)
    this.#feeder = new VpcFeeder(options)
    this.#file = join(options.settings.dataDir, 'vpc-map.json')
    this.#groups = groupsOf(options, this.#stopping.signal)
  }

  get map(): VpcMap {
    return this.#index
  }

  /** What is missing from the map, and what cannot be placed because of it. */
  reasons(): readonly string[] {
    return this.#reasons
  }

  stats(): VpcWatchStats {
    const vpcs = this.#index.vpcs()
    const oldest = vpcs.reduce((least, { readAt }) => Math.min(least, readAt), Number.POSITIVE_INFINITY)
    return {
      ageSeconds: vpcs.length === 0 ? undefined : Math.max(0, Math.round((this.#options.clock.now() - oldest) / 1_000)),
      vpcs: vpcs.length,
      interfaces: vpcs.reduce((sum, { interfaces }) => sum + interfaces.length, 0),
      unclassified: this.#unclassified,
      contested: this.#feeder.contested,
      calls: this.#pages.counts,
    }
  }

  /** Takes up what the disk has; EC2 is read in the background. */
  async start(): Promise<void> {
    const kept = await readCache(this.#file)
    if (typeof kept === 'string') this.#options.log(`${kept}: the map is made anew`)
    else this.#take(kept.filter(one => this.#isWanted(one)))
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#feeder.stop()
    this.#stopping.abort()
    await this.#running
    for (const { ec2 } of this.#groups) ec2.close()
  }

  #isWanted({ vpc }: VpcRecords): boolean {
    return this.#groups.some(({ vpcs }) => vpcs === 'auto' || vpcs.includes(vpc))
  }

  async #run(): Promise<void> {
    const { clock, settings } = this.#options
    const { signal } = this.#stopping
    const refreshMs = settings.awsVpcRefreshSeconds * 1_000
    while (!signal.aborted) {
      await this.#round()
      await clock.sleep(this.#hasMap ? refreshMs : Math.min(refreshMs, FIRST_RETRY_MS), signal)
    }
  }

  /** Never rejects: a map that cannot be read, or kept, is the map of before. */
  async #round(): Promise<void> {
    try {
      const reads: GroupRead[] = []
      for (const group of this.#groups) reads.push(await this.#read(group))
      if (this.#stopping.signal.aborted) return
      const vpcs = reads.flatMap(read => read.vpcs)
      this.#unclassified = reads.reduce((sum, read) => sum + read.unclassified, 0)
      const problems = reads.flatMap(read => read.problems).map(textOf)
      this.#tell([...reads.flatMap(({ notes = [] }) => notes), ...problems, ...emptyOnes(vpcs)])
      if (vpcs.length === 0) return
      this.#take(vpcs)
      await writeCache(this.#file, vpcs)
    } catch (error) {
      this.#tell([`the map of the VPCs: ${error instanceof Error ? error.message : error}`])
    }
  }

  async #read({ ec2, vpcs }: Group): Promise<GroupRead> {
    const { clock, directory } = this.#options
    const before = new Map(this.#index.vpcs().map(one => [one.vpc, one]))
    try {
      const place = await placeOf(ec2)
      const clusters = directory.clusters().map(cluster => directory.nodeAddresses(cluster))
      const found = vpcs === 'auto' ? await discoverVpcs(ec2, this.#pages, clusters) : vpcs
      if (found instanceof Ec2Failure) throw found
      // Nodes that are all gone for now are no reason to forget the VPC.
      const wanted = found.length === 0 && vpcs === 'auto' ? [...before.keys()] : found
      if (wanted.length === 0) return { vpcs: [], problems: [], unclassified: 0, notes: [NO_NODES] }
      return await readVpcs(ec2, this.#pages, wanted, place, before, clock.now)
    } catch (error) {
      if (!(error instanceof Ec2Failure)) throw error
      const kept = [...before.values()].filter(({ vpc }) => vpcs === 'auto' || vpcs.includes(vpc))
      return { vpcs: kept, problems: [{ call: 'DescribeNetworkInterfaces', failure: error }], unclassified: 0 }
    }
  }

  /** Told once, when it begins. */
  #tell(reasons: readonly string[]): void {
    for (const reason of reasons) if (!this.#reasons.includes(reason)) this.#options.log(reason)
    if (reasons.length === 0 && this.#reasons.length > 0) this.#options.log('the map of the VPCs is complete')
    this.#reasons = reasons
  }

  #take(vpcs: readonly VpcRecords[]): void {
    if (vpcs.length === 0) return
    this.#index.take(vpcs)
    this.#hasMap = true
    this.#feeder.take(vpcs)
  }
}

function groupsOf({ settings, open }: VpcWatchOptions, signal: AbortSignal): Group[] {
  const { awsVpcs, awsVpcRoles, awsVpcEndpoint: endpoint } = settings
  const ec2 = ({ account, region = '' }: Omit<VpcTarget, 'vpc'>): Ec2 => {
    const role = account === undefined ? undefined : awsVpcRoles.get(account)
    return open({ region, endpoint, signal, ...(role !== undefined && { role }) })
  }
  if (awsVpcs === 'auto') return [{ ec2: ec2({}), vpcs: 'auto' }]
  const targets: readonly VpcTarget[] = awsVpcs === 'none' ? [] : awsVpcs
  const groups = Map.groupBy(targets, ({ account, region }) => `${account}/${region}`)
  return Array.from(groups.values(), all => ({ ec2: ec2(all[0] ?? {}), vpcs: all.map(({ vpc }) => vpc) }))
}

async function placeOf(ec2: Ec2): Promise<Place> {
  const region = await ec2.region()
  // Credentials that are missing fail the calls, each with what is lost.
  const account = await ec2.account().catch(() => undefined)
  return { region, ...(account !== undefined && { account }) }
}

const textOf = ({ call, vpc, failure }: Problem): string =>
  `${vpc ?? 'all VPCs'}: ${call} ${failure.kind}, so ${lostWithout[call]} (${failure.message})`

const emptyOnes = (vpcs: readonly VpcRecords[]): string[] =>
  vpcs
    .filter(({ subnets, interfaces }) => subnets.length === 0 && interfaces.length === 0)
    .map(({ vpc, region }) => `${vpc}: nothing is in it in ${region}: is its id, its region and its account right?`)
