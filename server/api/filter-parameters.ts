import { type FlowFilter, filterFields } from '@weir/contract/queries.ts'
import { crossings } from '../answers/places.ts'
import { type Parameter, quoted } from './parameters.ts'

const MAX_VALUES = 100
/** The longest Kubernetes name (RFC 1123 subdomain) is 253 characters; "!" and a reason fit on top. */
const MAX_LENGTH = 300

type FilterField = (typeof filterFields)[number]
export type FilterParameters = { readonly [field in FilterField]: Parameter<readonly string[] | undefined> }

const means: { readonly [field in FilterField]: string } = {
  cluster: 'Cluster by name.',
  namespace: "Either end's namespace.",
  initiatorNamespace: "The initiator's namespace.",
  responderNamespace: "The responder's namespace (its Service's, where it has one).",
  initiator: "The initiator's workload (or node, or other peer) by name.",
  responder: "The responder's Service, else its workload, by name.",
  zone: "Either machine's zone by name or ID; also internet.",
  crossing: 'What the hop crossed.',
}

export const filterParameters: FilterParameters = {
  cluster: filterParameter('cluster'),
  namespace: filterParameter('namespace'),
  initiatorNamespace: filterParameter('initiatorNamespace'),
  responderNamespace: filterParameter('responderNamespace'),
  initiator: filterParameter('initiator'),
  responder: filterParameter('responder'),
  zone: filterParameter('zone'),
  crossing: filterParameter('crossing'),
}

function filterParameter(field: FilterField): Parameter<readonly string[] | undefined> {
  const values = field === 'crossing' ? crossings.join(', ') : 'a name'
  return {
    means: `${means[field]} Several values: any of them; "!value" excludes.`,
    allowed: `${values}, each also with a leading "!", up to ${MAX_VALUES} values`,
    repeats: true,
    parse: given => (given.length === 0 ? undefined : checkValues(field, given)),
  }
}

/**
 * Values of one filter field, as given by a query string or a live subscription.
 * @throws Error that says what is wrong.
 */
function checkValues(field: FilterField, values: readonly unknown[]): readonly string[] {
  if (values.length > MAX_VALUES) throw new Error(`${values.length} values, more than ${MAX_VALUES}`)
  return values.map(value => {
    if (typeof value !== 'string') throw new Error('a value is not text')
    if (value === '' || value === '!') throw new Error('a value is empty')
    if (value.length > MAX_LENGTH) throw new Error(`${quoted(value)} is longer than ${MAX_LENGTH} characters`)
    const plain = value.replace(/^!/, '')
    if (field === 'crossing' && !crossings.some(crossing => crossing === plain))
      throw new Error(`${quoted(plain)} is none of ${crossings.join(', ')}`)
    return value
  })
}

/** The filter in a query that was read by `filterParameters`. */
export function filterOf(query: { readonly [field in FilterField]: readonly string[] | undefined }): FlowFilter {
  return Object.fromEntries(filterFields.flatMap(field => (query[field] === undefined ? [] : [[field, query[field]]])))
}

/**
 * A filter that came as JSON.
 * @throws Error that names the field and says what is wrong.
 */
export function checkFilter(value: unknown): FlowFilter {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('filter is no object')
  const entries = Object.entries(value).map(([name, values]) => {
    const field = filterFields.find(known => known === name)
    if (field === undefined) throw new Error(`filter has no field ${quoted(name)}: ${filterFields.join(', ')}`)
    if (!Array.isArray(values)) throw new Error(`filter.${field} is no list`)
    try {
      return [field, checkValues(field, values)]
    } catch (error) {
      throw new Error(`filter.${field}: ${error instanceof Error ? error.message : error}`)
    }
  })
  return Object.fromEntries(entries)
}
