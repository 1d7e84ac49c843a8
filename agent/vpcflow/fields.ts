/**
 * The fields of a VPC flow log that are read, with what is lost where a format lacks one. Names are AWS's own, as in a
 * header line (VPC user guide, "Flow log records": versions 2 to 5, 7 to 11; there is no version 6).
 */
export const fieldNames = [
  'interface-id',
  'resource-id',
  'account-id',
  'vpc-id',
  'subnet-id',
  'region',
  'az-id',
  'interface-type',
  'srcaddr',
  'dstaddr',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'tcp-flags',
  'traffic-path',
  'action',
  'log-status',
  'flow-direction',
  'next-hop-interface-id',
  'next-hop-vpc-id',
  'next-hop-az-id',
  'next-hop-interface-type',
] as const
export type FieldName = (typeof fieldNames)[number]

/** Without these nothing can be counted: a flow log that lacks one is refused, in these words. */
export const needed: readonly { readonly anyOf: readonly FieldName[]; readonly lost: string }[] = [
  { anyOf: ['interface-id', 'resource-id'], lost: 'a record cannot be matched to the interface that carried it' },
  { anyOf: ['srcaddr', 'pkt-srcaddr'], lost: 'nobody knows who sent the bytes' },
  { anyOf: ['dstaddr', 'pkt-dstaddr'], lost: 'nobody knows who got the bytes' },
  { anyOf: ['bytes'], lost: 'there is nothing to count' },
  { anyOf: ['start'], lost: 'nobody knows when the bytes were sent' },
  { anyOf: ['end'], lost: 'nobody knows when the bytes were sent' },
]

/** What is still counted without these, and what is not known then; shown with the flow log. */
export const wanted: readonly { readonly field: FieldName; readonly lost: string }[] = [
  { field: 'pkt-srcaddr', lost: 'pods are told apart only as their node: the sender is the interface’s own address' },
  { field: 'pkt-dstaddr', lost: 'pods are told apart only as their node: the receiver is the interface’s own address' },
  { field: 'srcaddr', lost: 'hops through NAT and transit gateways look like one between the two ends' },
  { field: 'dstaddr', lost: 'hops through NAT and transit gateways look like one between the two ends' },
  { field: 'flow-direction', lost: 'in or out is told from the interface’s own addresses, where they are known' },
  { field: 'az-id', lost: 'the zone of the interface comes from the VPC’s map, where it is known' },
  { field: 'next-hop-az-id', lost: 'the zone of the other interface comes from its address' },
  { field: 'next-hop-interface-id', lost: 'NAT gateways and load balancers in between show only in their own records' },
  { field: 'traffic-path', lost: 'peering and gateways are told from addresses and routes' },
  { field: 'vpc-id', lost: 'addresses that several VPCs use cannot be told apart' },
  { field: 'tcp-flags', lost: 'who opened a connection is told from the ports' },
  { field: 'srcport', lost: 'who opened a connection, and to which port, is not known' },
  { field: 'dstport', lost: 'who opened a connection, and to which port, is not known' },
  { field: 'protocol', lost: 'TCP, UDP and others cannot be told apart' },
  { field: 'packets', lost: 'packets are not counted' },
  { field: 'action', lost: 'rejected traffic counts as if it had been delivered' },
  { field: 'log-status', lost: 'what AWS skipped cannot be told from what had no traffic' },
]

const VPC_FIELDS = new Set<string>([
  ...fieldNames,
  'version',
  'instance-id',
  'type',
  'sublocation-type',
  'sublocation-id',
  'pkt-src-aws-service',
  'pkt-dst-aws-service',
  'next-hop-subnet-id',
  'reject-reason',
  'encryption-status',
])

/** Whether a word can only be a field's name: tells a header line from a record. */
export const isFieldName = (word: string): boolean => VPC_FIELDS.has(word) || isTransitField(word)

/** Fields that only flow logs of transit gateways have (their resource-type, tgw-id, tgw-src-eni …). */
export const isTransitField = (word: string): boolean => word.startsWith('tgw-') || word === 'resource-type'

const numbers = new Set<FieldName>([
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'tcp-flags',
  'traffic-path',
])
/** Whether the field is a number; the others are texts. */
export const isNumberField = (field: FieldName): boolean => numbers.has(field)
