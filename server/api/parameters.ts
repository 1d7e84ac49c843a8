import { nearest } from '@weir/contract/settings.ts'
import type { BadParameter } from './problem.ts'

/** One query parameter: the table of a route's parameters gives the reader, the errors, openapi.json and the docs. */
export interface Parameter<T> {
  readonly means: string
  readonly allowed: string
  /** May be given several times. */
  readonly repeats?: boolean
  /** A part of the route's path, `{name}` there: always given, once. Elsewhere: of the query. */
  readonly inPath?: boolean
  /**
   * Reads what was given (none: the default).
   * @throws Error that says what is wrong.
   */
  readonly parse: (given: readonly string[]) => T
}

export type Parameters = { readonly [name: string]: Parameter<unknown> }
export type Query<T extends Parameters> = { readonly [K in keyof T]: T[K] extends Parameter<infer V> ? V : never }

export type QueryResult<T extends Parameters> =
  | { readonly ok: true; readonly query: Query<T> }
  | { readonly ok: false; readonly bad: BadParameter }

/** What the path of a request gave for each `{name}` of the route's. */
export type PathTexts = { readonly [name: string]: string }

/** Reads a query string, and what the path gave, by a table; the first thing wrong is the answer. */
export function readQuery<T extends Parameters>(
  table: T,
  search: URLSearchParams,
  path: PathTexts = {},
): QueryResult<T> {
  const names = Object.keys(table).filter(name => table[name]?.inPath !== true)
  for (const given of search.keys()) {
    if (names.includes(given)) continue
    const guess = names.length === 0 ? 'this route takes none' : `did you mean ${nearest(given, names)}?`
    const allowed = names.join(', ') || 'no parameter'
    return { ok: false, bad: { parameter: given.slice(0, 100), detail: `unknown parameter: ${guess}`, allowed } }
  }
  const query: { [name: string]: unknown } = {}
  for (const [name, parameter] of Object.entries(table)) {
    const given = parameter.inPath === true ? [path[name] ?? ''] : search.getAll(name)
    try {
      if (given.length > 1 && parameter.repeats !== true) throw new Error(`given ${given.length} times, wanted once`)
      query[name] = parameter.parse(given)
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      return { ok: false, bad: { parameter: name, detail, allowed: parameter.allowed } }
    }
  }
  return { ok: true, query: query as Query<T> } // every name of the table has been parsed
}

/** As it stands in an error, cut short: what was given is not ours to repeat at length. */
export const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** A part of the path that names something. What is not there is for the route to say. */
export function inPath(means: string): Parameter<string> {
  return {
    means,
    allowed: 'a name',
    inPath: true,
    parse: ([given]) => {
      if (given === undefined || given === '') throw new Error('missing in the path')
      return given
    },
  }
}

export function choice<const T extends string>(means: string, values: readonly T[], fallback: T): Parameter<T> {
  return {
    means,
    allowed: `${values.join(', ')} (default ${fallback})`,
    parse: ([given]) => {
      if (given === undefined) return fallback
      const found = values.find(value => value === given)
      if (found === undefined) throw new Error(`${quoted(given)} is none of ${values.join(', ')}`)
      return found
    },
  }
}

export function count(means: string, least: number, most: number, fallback: number): Parameter<number> {
  return {
    means,
    allowed: `a whole number from ${least} to ${most} (default ${fallback})`,
    parse: ([given]) => {
      if (given === undefined) return fallback
      const number = Number(given)
      if (!/^\d+$/.test(given) || number < least || number > most)
        throw new Error(`${quoted(given)} is no whole number from ${least} to ${most}`)
      return number
    },
  }
}
