/** Why an object cannot be read: a closed list, for ReaderReport and the metrics. */
export const faultReasons = [
  'truncated', // ends before its end: gzip, or a body that was cut
  'corrupt', // bytes that are neither text, gzip nor Parquet, or broken ones
  'unknown format', // fields that Weir cannot count from
  'transit gateway',
  'vanished', // listed, and gone or replaced when it was read
  'access denied',
  'too large', // one hour of a log stream that memory cannot hold
  'refused by the server',
] as const
export type FaultReason = (typeof faultReasons)[number]

/** What is wrong with the object itself: reading it again may help (a cut body) or not (a format). */
export class ReadFault extends Error {
  override readonly name = 'ReadFault'
  readonly reason: FaultReason

  constructor(reason: FaultReason, detail: string) {
    super(detail)
    this.reason = reason
  }
}
