import { type FlowFilter, filterFields } from '@weir/contract/queries.ts'
import type { SeriesCatalogue } from './catalogue.ts'
import type { IntColumn } from './columns.ts'
import { crossings } from './places.ts'
import type { Scope } from './scope.ts'

/** The texts one end of a thing goes by in a field; a zone has several (label, name, ID). */
type Names = readonly string[]

/** What a field looks at: one end, or both. */
type Ends = readonly Names[]

/** The texts of one thing that is filtered, field by field. */
export type FilterTexts = { readonly [field in keyof Required<FlowFilter>]: Ends }

/**
 * Within a field any plain value matches and any "!value" excludes; a field with exclusions only matches everything
 * else. A value matches when either end goes by it; "a~b" when one end is a and the other b.
 */
function fieldPasses(values: readonly string[], ends: Ends): boolean {
  let [wanted, plain] = [false, false]
  for (const value of values) {
    if (value.startsWith('!')) {
      if (names(value.slice(1), ends)) return false
    } else {
      plain = true
      wanted ||= names(value, ends)
    }
  }
  return wanted || !plain
}

function names(value: string, ends: Ends): boolean {
  if (ends.some(end => end.includes(value))) return true
  const [a = '', b, more] = value.split('~')
  const [near, far] = ends
  if (b === undefined || more !== undefined || near === undefined || far === undefined) return false
  return (near.includes(a) && far.includes(b)) || (near.includes(b) && far.includes(a))
}

/** Whether one thing passes. */
export const passes = (filter: FlowFilter, texts: FilterTexts): boolean =>
  filterFields.every(field => !filter[field]?.length || fieldPasses(filter[field], texts[field]))

export const isEmptyFilter = (filter: FlowFilter): boolean => filterFields.every(field => !filter[field]?.length)

/**
 * By series id: 1 where the series is in the scope and passes the filter. undefined = all are. Each pair of texts that
 * occurs is looked at once; the rest is whole numbers.
 */
export function matchSeries(catalogue: SeriesCatalogue, filter: FlowFilter, scope: Scope): Uint8Array | undefined {
  if (isEmptyFilter(filter) && scope === 'all') return undefined
  const match = scope === 'all' ? new Uint8Array(catalogue.length).fill(1) : seriesInScope(catalogue, scope)
  const texts = catalogue.texts.texts.map(text => [text])
  const columns: { readonly [field in keyof FilterTexts]: readonly [readonly Names[], IntColumn, IntColumn?] } = {
    cluster: [texts, catalogue.cluster, catalogue.responderCluster],
    namespace: [texts, catalogue.initiatorNamespace, catalogue.responderNamespace],
    initiatorNamespace: [texts, catalogue.initiatorNamespace],
    responderNamespace: [texts, catalogue.responderNamespace],
    initiator: [texts, catalogue.initiator],
    responder: [texts, catalogue.responder],
    zone: [catalogue.placeNames, catalogue.near, catalogue.far],
    crossing: [crossings.map(crossing => [crossing]), catalogue.crossing],
  }
  for (const field of filterFields) {
    const values = filter[field]
    if (values === undefined || values.length === 0) continue
    const [known, first, second] = columns[field]
    const verdicts = new Map<number, boolean>()
    for (let id = 0; id < match.length; id++) {
      const a = first.values[id] ?? 0
      const b = second?.values[id] ?? 0
      const pair = a * known.length + b
      let verdict = verdicts.get(pair)
      if (verdict === undefined) {
        const ends = second === undefined ? [known[a] ?? []] : [known[a] ?? [], known[b] ?? []]
        verdict = fieldPasses(values, ends)
        verdicts.set(pair, verdict)
      }
      if (!verdict) match[id] = 0
    }
  }
  return match
}

/** An end's namespace is the one that filters see: the responder's is its Service's, where it has one. */
function seriesInScope(catalogue: SeriesCatalogue, scope: ReadonlySet<string>): Uint8Array {
  const { initiatorNamespace, responderNamespace, texts } = catalogue
  const allowed = Uint8Array.from(texts.texts, text => (scope.has(text) ? 1 : 0))
  return Uint8Array.from({ length: catalogue.length }, (_, id) =>
    Math.max(allowed[initiatorNamespace.values[id] ?? -1] ?? 0, allowed[responderNamespace.values[id] ?? -1] ?? 0),
  )
}
