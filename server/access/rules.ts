import type { DashboardAuth } from '@weir/contract/queries.ts'
import type { Scope } from '../answers/scope.ts'

/** Who is asking. `scope` is empty for somebody who is known but has been given nothing. */
export interface Viewer {
  readonly name: string
  readonly scope: Scope
  readonly auth: DashboardAuth
  /** Came with a session of this server: its id, and when it ends. */
  readonly session?: { readonly id: string; readonly expiresAt: number }
}

/** Why somebody is not let in, in words that say what would be right and repeat no secret. */
export interface Refusal {
  readonly code: 'unauthenticated' | 'forbidden' | 'too many'
  readonly detail: string
  /** With `too many`: seconds to wait. */
  readonly retryAfterS?: number
}

/**
 * What a route or an event asks of who comes. Each has one, or nothing is served there.
 *
 * - public: nothing; it tells nothing of the cluster (health, sign-in, the page's own files)
 * - viewer: a credential; the answer is about the viewer or the API itself
 * - scoped: a right to at least one namespace; the answer is of what the viewer may see
 * - everything: the right to all namespaces; the answer is of whole nodes
 */
export const rules = ['public', 'viewer', 'scoped', 'everything'] as const
export type Rule = (typeof rules)[number]
export type GuardedRule = Exclude<Rule, 'public'>

export const isRefusal = (who: Viewer | Refusal): who is Refusal => 'code' in who

/** The viewer where the rule lets them in, else why not. */
export function permit(rule: GuardedRule, who: Viewer | Refusal): Viewer | Refusal {
  if (isRefusal(who) || rule === 'viewer' || who.scope === 'all') return who
  if (rule === 'everything')
    return { code: 'forbidden', detail: 'this is of whole nodes: only viewers of all namespaces may see it' }
  if (who.scope.size > 0) return who
  return {
    code: 'forbidden',
    detail: `${who.name} has been given no namespace: an administrator can, in the rights file`,
  }
}
