import type { ReadFlowLog } from '@weir/contract/flow-log-wire.ts'
import type { Logger } from './loggers.ts'

/** Where files of flow logs in S3 name theirs: …_vpcflowlogs_<region>_<flow log>_<time>_<hash>. */
const inObjectName = /_(fl-[0-9a-f]+)_/

/** The flow log that an object is of, or as near to it as its name leads: its log group, its bucket. */
export const flowLogOf = (object: string): string =>
  inObjectName.exec(object)?.[1] ?? /^(?:logs:.*\/|s3:\/\/[^/]*\/)/.exec(object)?.[0] ?? object

/** What the format of an object lacks, as its reader says; of a flow log that it does not name, what any lacks. */
export function missingIn(object: string, read: readonly ReadFlowLog[]): ReadFlowLog['missing'] {
  const found = read.find(({ id }) => id === flowLogOf(object)) ?? read.find(({ id }) => object.startsWith(id))
  return found?.missing ?? read.flatMap(({ missing }) => missing)
}

/**
 * Of several flow logs that one reader reads of an interface (of its VPC, of its subnet, its own) the widest counts: each
 * holds the same records. Undefined: no flow log is known to cover it.
 */
export function countingFlowLog({ id, vpc, subnet }: Logger, read: readonly ReadFlowLog[]): string | undefined {
  const resources = [vpc, subnet, id]
  for (const resource of resources) {
    const covering = read.filter(one => resource !== undefined && one.resource === resource).map(one => one.id)
    if (covering.length > 0) return covering.sort()[0]
  }
  return undefined
}
