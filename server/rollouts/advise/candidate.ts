import type { Patch, Remedy } from '@weir/contract/advice-queries.ts'
import { billedBytes, crossBytes, type Stream } from './stream.ts'

/** A stream that a remedy moves, and how much of it still crosses zones then. */
export interface Moved {
  readonly stream: Stream
  /** Wire bytes across zones in the range, on whatever hops the remedy leaves or makes. */
  readonly crossAfter: number
  /** The same, each byte as often as a side of it is billed. */
  readonly billedAfter: number
}

/** One thing that could be done: what it moves, and how to do it. Not priced, and not yet set against the others. */
export interface Candidate {
  readonly remedy: Remedy
  readonly subject: string
  readonly namespace: string
  /** What tells it from other candidates of the same remedy and subject: part of its id. '' where there is one. */
  readonly variant: string
  readonly problem: string
  readonly moved: readonly Moved[]
  readonly risk: string
  readonly precondition: string
  readonly loadFactor: number | null
  readonly dropsOn: readonly string[]
  /** It may break something: never before what does not. Critical load and dropped connections are, without saying so. */
  readonly isRisky: boolean
  readonly patches: readonly Patch[]
  /** Micro-dollars a month that the remedy itself costs, and bytes in the range by the micro-dollars that a GB no longer costs. */
  readonly ownMicroUsdPerMonth: number
  readonly spared: readonly { readonly bytes: number; readonly microUsdPerGb: number }[]
}

type Plain = Pick<
  Candidate,
  'remedy' | 'subject' | 'namespace' | 'problem' | 'moved' | 'risk' | 'precondition' | 'patches'
>

/** With what most candidates do not have. */
export const candidate = (plain: Plain, more: Partial<Candidate> = {}): Candidate => ({
  variant: '',
  loadFactor: null,
  dropsOn: [],
  isRisky: false,
  ownMicroUsdPerMonth: 0,
  spared: [],
  ...plain,
  ...more,
})

/** Moved so that this share of it leaves its zone. */
export const withShareAfter = (stream: Stream, share: number): Moved => ({
  stream,
  crossAfter: stream.wireBytes * share,
  billedAfter: stream.wireBytes * share * stream.sides,
})

/** Does not cross, or is not there, any more. */
export const gone = (stream: Stream): Moved => ({ stream, crossAfter: 0, billedAfter: 0 })

export interface Effect {
  readonly crossBefore: number
  readonly crossAfter: number
  readonly billedBefore: number
  readonly billedAfter: number
  readonly wireBytes: number
}

export function effectOf(moved: readonly Moved[]): Effect {
  const effect = { crossBefore: 0, crossAfter: 0, billedBefore: 0, billedAfter: 0, wireBytes: 0 }
  for (const { stream, crossAfter, billedAfter } of moved) {
    effect.crossBefore += crossBytes(stream)
    effect.billedBefore += billedBytes(stream)
    effect.crossAfter += crossAfter
    effect.billedAfter += billedAfter
    effect.wireBytes += stream.wireBytes
  }
  return effect
}
