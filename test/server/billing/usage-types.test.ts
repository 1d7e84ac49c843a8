import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { expectedUsageTypes, familyOf, usageTypesAmong } from '../../../server/billing/usage-types.ts'
import { parseRegions } from '../../../server/pricing/regions.ts'

// Usage type and operation as bills have them, and what the row is.
const rows: [usageType: string, operation: string, family: string][] = [
  ['DataTransfer-Regional-Bytes', 'InterZone-In', 'inter-zone in'],
  ['USW2-DataTransfer-Regional-Bytes', 'InterZone-Out', 'inter-zone out'],
  ['EU-DataTransfer-Regional-Bytes', 'InterZone-Out', 'inter-zone out'],
  ['DataTransfer-Regional-Bytes', 'PublicIP-In', 'public IP'],
  ['DataTransfer-Regional-Bytes', 'PublicIP-Out', 'public IP'],
  ['DataTransfer-Regional-Bytes', 'LoadBalancing', 'load balancing'],
  ['DataTransfer-Regional-Bytes', 'LoadBalancing-PublicIP-In', 'load balancing'],
  ['DataTransfer-Regional-Bytes', 'VPCPeering-In', 'peering in'],
  ['USE1-VpcPeering-In-Bytes', '', 'peering in'],
  ['USE1-VPCPeering-Out-Bytes', 'VPCPeering-Out', 'peering out'],
  ['USE1-DataTransfer-xAZ-In-Bytes', 'RunInstances', 'free across zones'],
  ['EUC1-DataTransfer-xAZ-Out-Bytes', '', 'free across zones'],
  ['DataTransfer-Regional-Bytes', 'something new', 'other'],
  ['DataTransfer-Out-Bytes', 'RunInstances', 'other'],
  ['USE1-USW2-AWS-Out-Bytes', '', 'other'],
]
for (const [usageType, operation, family] of rows)
  test(`${usageType}, ${operation || 'no operation'}: ${family}`, () => equal(familyOf(usageType, operation), family))

const account = [
  'DataTransfer-Regional-Bytes',
  'USE1-VpcPeering-In-Bytes',
  'USE1-DataTransfer-xAZ-Out-Bytes',
  'USW2-DataTransfer-Regional-Bytes',
  'EU-DataTransfer-Regional-Bytes',
  'EUW1-VPCPEERING-OUT-BYTES',
  'EUW2-DataTransfer-Regional-Bytes',
  'DataTransfer-Out-Bytes',
  'USE1-USW2-AWS-Out-Bytes',
  'NatGateway-Bytes',
  'VpcEndpoint-Bytes',
  'USE1-DataTransfer-Regional-Bytes-Suffix',
]
const found: [regions: string, usageTypes: readonly string[]][] = [
  ['us-east-1', account.slice(0, 3)],
  ['us-west-2', ['USW2-DataTransfer-Regional-Bytes']],
  ['eu-west-1', ['EU-DataTransfer-Regional-Bytes', 'EUW1-VPCPEERING-OUT-BYTES']],
  ['us-west-2,eu-west-2', ['USW2-DataTransfer-Regional-Bytes', 'EUW2-DataTransfer-Regional-Bytes']],
  ['ap-south-1', []],
]
for (const [regions, want] of found)
  test(`of an account's usage types, ${regions} has ${want.length}`, () =>
    deepEqual(usageTypesAmong(account, parseRegions(regions)), want))

test('before Cost Explorer has told its names, those are asked for that have been seen', () => {
  ok(expectedUsageTypes(parseRegions('us-east-1')).includes('DataTransfer-Regional-Bytes'))
  ok(expectedUsageTypes(parseRegions('us-east-1')).includes('USE1-VpcPeering-In-Bytes'))
  ok(expectedUsageTypes(parseRegions('eusc-de-east-1=EUSC1')).includes('EUSC1-DataTransfer-Regional-Bytes'))
  ok(expectedUsageTypes(parseRegions('us-west-2')).every(name => name.startsWith('USW2-')))
})
