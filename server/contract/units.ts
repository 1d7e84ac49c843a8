declare const unit: unique symbol // not exported: no other module can forge the mark

/** A number that carries its unit in its type. Make one with the functions below, never with a bare `as`. */
export type Quantity<Name extends string> = number & { readonly [unit]: Name }

/** IP bytes: headers of layer 3 and up, no Ethernet. A whole number, 0 to 2^53 - 1. */
export type Bytes = Quantity<'bytes'>
/** A moment: milliseconds since 1970-01-01T00:00Z. */
export type EpochMs = Quantity<'epoch ms'>
/** A length of time in milliseconds. */
export type Millis = Quantity<'ms'>
/** A whole minute since the epoch: floor(EpochMs / 60000). The grain of counting once and of storage. */
export type Minute = Quantity<'minute'>
/** A millionth of a US dollar. Money is summed in whole micro-dollars, never in fractions of a dollar. */
export type MicroUsd = Quantity<'micro-usd'>

export const MINUTE_MS = 60_000

/** @throws RangeError when `count` is not a whole number from 0 to 2^53 - 1. */
export function bytes(count: number): Bytes {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a byte count: ${count}`)
  return count as Bytes
}

/** @throws RangeError when `ms` is not finite. Fractions are cut. */
export function epochMs(ms: number): EpochMs {
  if (!Number.isFinite(ms)) throw new RangeError(`not a moment: ${ms}`)
  return Math.trunc(ms) as EpochMs
}

/** @throws RangeError when `ms` is negative or not finite. */
export function millis(ms: number): Millis {
  if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`not a length of time: ${ms}`)
  return ms as Millis
}

/** @throws RangeError when `count` is not a whole number. */
export function minute(count: number): Minute {
  if (!Number.isSafeInteger(count)) throw new RangeError(`not a minute: ${count}`)
  return count as Minute
}

/** The minute a moment lies in. */
export const minuteOf = (at: EpochMs): Minute => Math.floor(at / MINUTE_MS) as Minute

/** The moment a minute begins. */
export const startOf = (m: Minute): EpochMs => (m * MINUTE_MS) as EpochMs

/** @throws RangeError when `amount` is not a safe whole number. */
export function microUsd(amount: number): MicroUsd {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not whole micro-dollars: ${amount}`)
  return amount as MicroUsd
}

/** A bug, not bad input: ends every switch over a closed union, so that a new member does not compile until it is handled. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
