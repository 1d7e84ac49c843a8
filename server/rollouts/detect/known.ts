import type { ChangeSubject } from '@weir/contract/rollout-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { AspectName, Aspects } from './aspects.ts'
import type { SeenSubject } from './subjects.ts'
import type { Turn } from './turn.ts'

/** A subject in memory. */
export interface Known {
  readonly key: string
  told: Aspects
  /** As seen last, where that is the told state in other numbers. */
  latest: { [A in AspectName]?: string } | undefined
  /** Aspects that have moved lately; undefined: none. */
  turns: Map<AspectName, Turn> | undefined
  /** Not known of one that was there before the first look. */
  readonly firstAt: EpochMs | undefined
  goneAt: EpochMs | null
  hintsLostAt: EpochMs | null
  /** It has endpoints that are ready. */
  canHaveHints: boolean
  /** What the last look at it saw: the same object says the same. */
  looked: object | undefined
  /** Number of the last look that found it. */
  look: number
  /** Who it is and whose traffic it may move; set by every look at it. */
  subject: ChangeSubject | undefined
  services: () => readonly ServiceName[]
}

export interface ServiceName {
  readonly namespace: string
  readonly name: string
}

export const knownOf = ({ subject, told, goneAt, hintsLostAt }: SeenSubject): Known => ({
  key: subject,
  told,
  latest: undefined,
  turns: undefined,
  firstAt: undefined,
  goneAt,
  hintsLostAt,
  canHaveHints: false,
  look: 0,
  looked: undefined,
  subject: undefined,
  services: () => [],
})

export const seenOf = ({ key, told, goneAt, hintsLostAt }: Known): SeenSubject => ({
  subject: key,
  told,
  goneAt,
  hintsLostAt,
})
