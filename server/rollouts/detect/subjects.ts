import type { ChangeSubject } from '@weir/contract/rollout-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { type AspectName, type Aspects, aspectNames } from './aspects.ts'
import { NONE } from './shown.ts'

/** What is remembered of a subject, also over a restart: changes are told against it. */
export interface SeenSubject {
  /** subjectKey() */
  readonly subject: string
  /** As it was told last, or first seen. */
  readonly told: Aspects
  /** It is there no more, since then; null while it is. Made anew within a week it is compared with what it was. */
  readonly goneAt: EpochMs | null
  /** It lost its hints then, although they were still asked for, and has none since; null else. */
  readonly hintsLostAt: EpochMs | null
}

/** Unique within a cluster. Names of Kubernetes hold neither blanks nor slashes. */
export function subjectKey(subject: ChangeSubject): string {
  switch (subject.kind) {
    case 'service':
      return `service ${subject.namespace}/${subject.name}`
    case 'workload':
      return `workload ${subject.namespace}/${subject.workload.kind}/${subject.workload.name}`
    case 'cluster':
      return 'cluster'
  }
}

/** Whether the settings of a Service, as told, ask the controller for hints. */
export function asksForHints(told: Aspects): boolean {
  const mode = told['topology mode'] ?? NONE
  return /^[Aa]uto\b/.test(mode) || (told['traffic distribution'] ?? NONE) !== NONE
}

export const aspectsIn = (aspects: Aspects): readonly (readonly [AspectName, string])[] =>
  aspectNames.flatMap(name => {
    const text = aspects[name]
    return text === undefined ? [] : [[name, text] as const]
  })
