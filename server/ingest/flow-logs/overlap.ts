import type { ReadFlowLog } from '@weir/contract/flow-log-wire.ts'

/** Where files of flow logs in S3 name theirs: …_vpcflowlogs_<region>_<flow log>_<time>_<hash>. */
const inObjectName = /_(fl-[0-9a-f]+)_/

/** The flow log that an object is of, or as near to it as its name leads: its log group, its bucket, or nothing. */
export const flowLogOf = (object: string): string =>
  inObjectName.exec(object)?.[1] ?? /^(?:logs:.*\/|s3:\/\/[^/]*\/)/.exec(object)?.[0] ?? ''

/** What the format of an object lacks, as its reader says; of a flow log that it does not name, what any lacks. */
export function missingIn(object: string, read: readonly ReadFlowLog[]): ReadFlowLog['missing'] {
  const found = read.find(({ id }) => id === flowLogOf(object)) ?? read.find(({ id }) => object.startsWith(id))
  return found?.missing ?? read.flatMap(({ missing }) => missing)
}

/** Whether records of another flow log say more than those of `own`, as far as the reader says what both lack. */
export function tellsMore(other: string, own: string, read: readonly ReadFlowLog[]): boolean {
  const [others, owns] = [other, own].map(one => read.find(({ id }) => id === one)?.missing.length)
  return others !== undefined && owns !== undefined && others < owns
}
