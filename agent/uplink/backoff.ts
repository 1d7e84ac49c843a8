/** First wait, doubled with every failure, with full jitter: a thousand agents must not come back at the same second. */
export const FIRST_WAIT_MS = 1_000
export const LONGEST_WAIT_MS = 60_000
/** A wrong credential is put right by people. */
export const UNAUTHORISED_WAIT_MS = 60_000

/** @param failures in a row, from 1. @param random in [0, 1). */
export const waitAfter = (failures: number, random: number): number =>
  Math.round(random * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)))

/**
 * Retry-After in milliseconds: seconds or a date (RFC 9110 10.2.3), at most an hour; undefined where it is neither.
 * @param now epoch ms
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), 3_600_000)
}

/** Waits, or ends at once when the signal comes. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done, { once: true })
  })
}
