import type { GuardedRule, Viewer } from '../access/rules.ts'
import type { SchemaName } from './openapi-schemas.ts'
import type { BadParameter } from './problem.ts'

export type WriteReply =
  /** `isNew` false: the same was there already. */
  | { readonly kind: 'kept'; readonly isNew: boolean; readonly body: unknown }
  /** `parameter` is the field of the body. */
  | { readonly kind: 'bad'; readonly bad: BadParameter }
  | { readonly kind: 'forbidden'; readonly detail: string }

/** A route that keeps something: POST with a body of JSON. */
export interface WriteRoute {
  /** As OpenAPI writes it. */
  readonly path: string
  readonly rule: GuardedRule
  readonly summary: string
  readonly body: SchemaName
  readonly answer: SchemaName
  /** What JSON said, of whatever shape. */
  readonly reply: (body: unknown, viewer: Viewer) => WriteReply
}
