import type { GuardedRule, Viewer } from '../access/rules.ts'
import type { SchemaName } from './openapi-schemas.ts'
import { type Parameters, type PathTexts, type Query, readQuery } from './parameters.ts'
import type { BadParameter } from './problem.ts'

export type Reply =
  | { readonly kind: 'json'; readonly body: unknown }
  | { readonly kind: 'csv'; readonly name: string; readonly text: string }
  | { readonly kind: 'bad'; readonly bad: BadParameter }
  /** Nothing there, or nothing that the viewer may know of: both answer alike. */
  | { readonly kind: 'missing'; readonly detail: string }

export interface Route {
  /** As OpenAPI writes it: `/api/v1/services/{namespace}/{name}/routing`. */
  readonly path: string
  /** Who may ask (access/rules.ts). */
  readonly rule: GuardedRule
  readonly summary: string
  readonly parameters: Parameters
  readonly answer: SchemaName
  readonly csv: boolean
  /** The answer to what that viewer asks: nothing that is not theirs to see. */
  readonly reply: (search: URLSearchParams, viewer: Viewer, path: PathTexts) => Promise<Reply>
}

/** A route that reads its query and the names in its path by its table of parameters. */
export function route<T extends Parameters>(
  { path, rule, summary }: Pick<Route, 'path' | 'rule' | 'summary'>,
  parameters: T,
  answer: SchemaName,
  ask: (query: Query<T>, viewer: Viewer) => Promise<Reply>,
): Route {
  const reply: Route['reply'] = async (search, viewer, given) => {
    const read = readQuery(parameters, search, given)
    return read.ok ? ask(read.query, viewer) : { kind: 'bad', bad: read.bad }
  }
  return { path: `/api/v1${path}`, rule, summary, parameters, answer, csv: 'format' in parameters, reply }
}

export const json = (body: unknown): Reply => ({ kind: 'json', body })
export const missing = (detail: string): Reply => ({ kind: 'missing', detail })
export const csv = (name: string, text: string): Reply => ({ kind: 'csv', name, text })
