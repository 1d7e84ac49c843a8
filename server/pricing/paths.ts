/**
 * How sure it is which sides AWS charges. confirmed: AWS's own text was read. quoted: a source that quotes AWS's text was
 * read. assumed: AWS says that it charges, or nothing was found, but not at which sides. conflicting: sources differ.
 */
export type Confidence = 'confirmed' | 'quoted' | 'assumed' | 'conflicting'

/** At which ends AWS charges a GB. instance: only at the end that is not the service's interface. */
export type BilledAt = 'both' | 'instance' | 'neither'

export interface PathRow {
  readonly billedAt: BilledAt
  readonly confidence: Confidence
  /** What the path is. */
  readonly means: string
  readonly source: string
  /** Month in which the source was read. */
  readonly read: string
}

const EC2_PRICING = 'aws.amazon.com/ec2/pricing/on-demand, "Data transfer within the same AWS Region"'
const CUR_GUIDE = 'docs.aws.amazon.com/cur/latest/userguide/cur-data-transfers-charges.html'
const ELB_FAQ = 'aws.amazon.com/elasticloadbalancing/faqs'
const RDS_PRICING = 'aws.amazon.com/rds/mysql/pricing, "Data transfer"'
const NOTHING = 'nothing found in AWS’s texts; by default as between two instances'

const row = (billedAt: BilledAt, confidence: Confidence, means: string, source: string): PathRow => ({
  billedAt,
  confidence,
  means,
  source,
  read: '2026-11',
})

/** Every way a hop can take, as far as the bill tells them apart: a closed list. Where nothing is charged stands first. */
export const billingPaths = {
  'same zone': row('neither', 'confirmed', 'both machines in one zone, by private address', CUR_GUIDE),
  'cross-region': row('neither', 'confirmed', 'leaves the region: on lines of the bill of their own', CUR_GUIDE),
  internet: row('neither', 'confirmed', 'leaves by a public address: on lines of the bill of their own', CUR_GUIDE),
  'crossing not known': row('neither', 'assumed', 'where one machine stands is not known: not priced', NOTHING),
  instances: row('both', 'confirmed', 'pods, nodes and other machines of one VPC', CUR_GUIDE),
  'VPC peering': row(
    'both',
    'confirmed',
    'machines of two VPCs; a transit gateway in between, which would make it free, cannot be told from here',
    'aws.amazon.com/blogs/networking-and-content-delivery, VPC peering within a zone, 2021-05; VpcPeering usage types since 2025-04',
  ),
  'owner not known': row('both', 'assumed', 'an address of a subnet that nothing names: as an instance', NOTHING),
  'load balancer to target': row('neither', 'quoted', 'from an application or classic load balancer', ELB_FAQ),
  'client to load balancer': row(
    'both',
    'conflicting',
    'from a client in the VPC to an application or classic load balancer in another zone',
    `AWS’s blog on load balancer zones says charged; ${EC2_PRICING} has been read as free`,
  ),
  'network load balancer': row(
    'both',
    'confirmed',
    'to or from a network or gateway load balancer',
    'docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-cross-zone.html',
  ),
  'load balancer of unknown kind': row('both', 'assumed', 'which kind of load balancer it is is not known', NOTHING),
  'NAT gateway': row('both', 'assumed', 'to or from a NAT gateway in another zone', `${EC2_PRICING}; sides not told`),
  'transit gateway': row('neither', 'confirmed', 'free since 2022-04-01', 'aws.amazon.com/about-aws/whats-new/2022/04'),
  'interface endpoint': row(
    'neither',
    'confirmed',
    'PrivateLink, free since 2022-04-01',
    'aws.amazon.com/about-aws/whats-new/2022/04',
  ),
  'RDS in the same VPC': row('both', 'quoted', 'a database of RDS or Aurora', RDS_PRICING),
  'RDS in another VPC': row('instance', 'quoted', 'a database of RDS or Aurora', RDS_PRICING),
  'RDS in an unknown VPC': row('both', 'assumed', 'a database of RDS or Aurora: as in the same VPC', RDS_PRICING),
  'RDS replication': row('neither', 'quoted', 'between databases of RDS', 'aws.amazon.com/rds/pricing'),
  ElastiCache: row('instance', 'quoted', 'a cache node', 'aws.amazon.com/elasticache/pricing, "Data transfer"'),
  Redshift: row('both', 'quoted', 'a Redshift node', EC2_PRICING),
  MSK: row('both', 'assumed', 'a Kafka broker: "standard" rates, sides not told', 'aws.amazon.com/msk/pricing'),
  'MSK replication': row('neither', 'quoted', 'between Kafka brokers', 'aws.amazon.com/msk/pricing'),
  OpenSearch: row('both', 'assumed', 'an OpenSearch node', NOTHING),
  EFS: row(
    'both',
    'assumed',
    'a mount target in another zone: "standard" charges, sides not told',
    'docs.aws.amazon.com/efs/latest/ug/accessing-fs.html',
  ),
  Lambda: row('both', 'assumed', 'an interface of Lambda functions', NOTHING),
  'EKS control plane': row(
    'both',
    'assumed',
    'an interface of the API servers',
    'github.com/aws/containers-roadmap/issues/2454: billed, sides not told',
  ),
  'other interface': row('both', 'assumed', 'an interface that AWS manages, of another service', NOTHING),
  'between AWS interfaces': row('both', 'assumed', 'both ends are interfaces that AWS manages', NOTHING),
} as const satisfies { readonly [path: string]: PathRow }

export type BillingPath = keyof typeof billingPaths

export const pathNames = Object.keys(billingPaths).filter((name): name is BillingPath =>
  Object.hasOwn(billingPaths, name),
)

/** Paths of which it is not settled what AWS charges: each has its default in the table, and a setting changes it. */
export const unresolvedPaths: readonly BillingPath[] = pathNames.filter(path => isUnresolved(billingPaths[path]))

function isUnresolved({ confidence }: PathRow): boolean {
  return confidence === 'assumed' || confidence === 'conflicting'
}
