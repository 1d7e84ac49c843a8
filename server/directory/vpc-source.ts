import type { Part } from '@weir/contract/parts.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { VpcFeeder } from './aws/feeder.ts'
import type { AwsSettings } from './aws/settings.ts'
import type { VpcWatchStats } from './aws/vpc-watch.ts'
import type { Clock } from './kubernetes/clock.ts'
import type { LabelDirectory } from './label-directory.ts'
import { VpcIndex } from './vpc-index.ts'
import type { VpcMap } from './vpc-map.ts'

/** The VPCs' map and what feeds it. */
export interface VpcSource extends Part {
  readonly map: VpcMap
  /** What is missing from the map, and what cannot be placed because of it; empty when all is well. */
  reasons(): readonly string[]
  /** Undefined where no VPC is to be mapped. */
  stats(): VpcWatchStats | undefined
}

export interface VpcSourceOptions {
  readonly settings: AwsSettings & { readonly dataDir: string }
  readonly directory: LabelDirectory
  readonly clock: Clock
  readonly log: (line: string) => void
}

/**
 * With their accounts, as EC2 names them, and without, as Kubernetes does. The zone book maps a name that two accounts
 * give to different buildings to neither.
 */
export function mapZones(map: VpcMap): Zone[] {
  return map.zones().flatMap(({ account, ...zone }) => (account === undefined ? [zone] : [{ ...zone, account }, zone]))
}

export async function createVpcSource(options: VpcSourceOptions): Promise<VpcSource> {
  if (options.settings.awsVpcs === 'none') return unmapped(options)
  // The SDK takes a quarter of a second and tens of megabytes to load: only where it is used.
  const [{ openEc2 }, { VpcWatch }] = await Promise.all([import('./aws/client.ts'), import('./aws/vpc-watch.ts')])
  return new VpcWatch({ ...options, open: openEc2 })
}

/** What an earlier run mapped has ended: it is nobody's any more that this server would hear of. */
function unmapped(options: VpcSourceOptions): VpcSource {
  const feeder = new VpcFeeder(options)
  return {
    name: 'no map of VPCs',
    map: new VpcIndex(),
    reasons: () => [],
    stats: () => undefined,
    start: async () => {
      feeder.take([])
      options.log(
        'no VPC is mapped (--aws-vpcs): addresses that are no pod and no node of a cluster are in no known zone',
      )
    },
    stop: async () => feeder.stop(),
  }
}
