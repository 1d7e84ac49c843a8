import { type EpochMs, epochMs } from '@weir/contract/units.ts'

/** One request to the API server. */
export type Step =
  | { readonly kind: 'list'; readonly continue: string | undefined }
  | { readonly kind: 'watch'; readonly resourceVersion: string; readonly timeoutSeconds: number }

/**
 * expired: 410, the version asked for is too old. silent: nothing came for too long. cut: the connection or a line broke.
 * unreachable: no answer. absent: 404, the API server does not have it. garbled: an answer that makes no sense.
 */
export type Failure =
  | 'expired'
  | 'silent'
  | 'cut'
  | 'unreachable'
  | 'unauthorized'
  | 'forbidden'
  | 'absent'
  | 'throttled'
  | 'refused'
  | 'server error'
  | 'garbled'

/** How a request ended. `openMs`: for how long a watch stood. `resourceVersion`: the last that a watch was told. */
export type Outcome =
  | { readonly kind: 'page'; readonly continue: string | undefined; readonly resourceVersion: string }
  | { readonly kind: 'watch ended'; readonly resourceVersion: string; readonly openMs: number }
  | {
      readonly kind: 'failed'
      readonly failure: Failure
      /** In words, for the log. */
      readonly detail: string
      readonly openMs: number
      readonly resourceVersion: string | undefined
      readonly retryAfterMs: number | undefined
    }

/** What to do next, and what must be remembered to decide what follows. */
export interface Plan {
  readonly step: Step
  readonly afterMs: number
  /** Failures since a watch last stood. */
  readonly failures: number
  /** A list is made anew then, whatever the watch says: a missed change must not live for ever. */
  readonly relistAt: EpochMs
}

/** Pages of client-go's size: one is parsed in some 30 ms, and the API server holds no more of the list at a time. */
export const PAGE_SIZE = 500
/** A watch that ended sooner did not really stand: it counts as a failure, or a bad proxy would make us spin. */
export const STOOD_MS = 5_000
/** Silence after which the version known is not trusted any more; the API server sends a bookmark every minute. */
export const STALLED_MS = 300_000
const FIRST_BACKOFF_MS = 1_000
const LONGEST_BACKOFF_MS = 30_000
const LONGEST_RETRY_AFTER_MS = 300_000
/** A missing right is asked for again, and so is what is missing itself: somebody may grant or install it while we run. */
const FORBIDDEN_MS = 60_000
const DAY_MS = 86_400_000

/** @param random from 0 up to 1, new with every call. */
export function firstPlan(now: EpochMs, random: number): Plan {
  return { step: newList, afterMs: 0, failures: 0, relistAt: nextRelist(now, random) }
}

/** Never gives up. @param quietMs since the last page or frame. */
export function nextPlan(plan: Plan, outcome: Outcome, now: EpochMs, quietMs: number, random: number): Plan {
  switch (outcome.kind) {
    case 'page': {
      const { continue: more, resourceVersion } = outcome
      if (more !== undefined) return { ...plan, step: { kind: 'list', continue: more }, afterMs: 0 }
      return { ...plan, step: watchFrom(resourceVersion, random), afterMs: 0, relistAt: nextRelist(now, random) }
    }
    case 'watch ended': {
      const step = now >= plan.relistAt || quietMs >= STALLED_MS ? newList : watchFrom(outcome.resourceVersion, random)
      if (outcome.openMs >= STOOD_MS) return { ...plan, step, afterMs: 0, failures: 0 }
      return { ...plan, step, afterMs: backoff(plan.failures + 1, random), failures: plan.failures + 1 }
    }
    case 'failed': {
      const failures = (outcome.openMs >= STOOD_MS ? 0 : plan.failures) + 1
      return {
        ...plan,
        step: again(plan, outcome, now, quietMs, random),
        afterMs: wait(outcome, failures, random),
        failures,
      }
    }
  }
}

type Failed = Outcome & { kind: 'failed' }

/** What is tried after a failure: the same, from where it stood; a list from the start where that makes no sense. */
function again({ step, relistAt }: Plan, failed: Failed, now: EpochMs, quietMs: number, random: number): Step {
  const isLost = failed.failure === 'expired' || failed.failure === 'garbled' || failed.failure === 'absent'
  if (isLost) return newList
  if (step.kind === 'list') return step
  if (now >= relistAt || quietMs >= STALLED_MS) return newList
  return watchFrom(failed.resourceVersion ?? step.resourceVersion, random)
}

function wait({ failure, retryAfterMs }: Failed, failures: number, random: number): number {
  const own =
    failure === 'forbidden' || failure === 'absent' ? FORBIDDEN_MS * (0.5 + random / 2) : backoff(failures, random)
  // Never sooner than told, and not all clients at the same moment.
  const told = Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS)
  return Math.max(own, told * (1 + random / 4))
}

/** 1 s, doubled with every failure up to 30 s; a random half of it, so that many watches do not come in step. */
function backoff(failures: number, random: number): number {
  const full = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 10), LONGEST_BACKOFF_MS)
  return full * (0.5 + random / 2)
}

const newList: Step = { kind: 'list', continue: undefined }

/** The server ends a watch after 5 to 10 min, each at its own time, so that connections spread over API servers. */
const watchFrom = (resourceVersion: string, random: number): Step => ({
  kind: 'watch',
  resourceVersion,
  timeoutSeconds: 300 + Math.floor(random * 300),
})

const nextRelist = (now: EpochMs, random: number): EpochMs => epochMs(now + DAY_MS * (0.75 + random / 2))
