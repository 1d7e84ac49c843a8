import { type EpochMs, epochMs } from '@weir/contract/units.ts'

/** Time and chance as the watch sees them; tests bring their own. */
export interface Clock {
  now(): EpochMs
  /** From 0 up to 1. */
  random(): number
  /** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Calls once after `ms`, unless cancelled by the function that is returned. */
  after(ms: number, call: () => void): () => void
}

export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise(resolve => {
      if (signal.aborted) return resolve()
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
    }),
  after: (ms, call) => {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}
