import { type FlowFilter, filterFields } from '@weir/contract/queries.ts'
import type { Crossing } from '@weir/contract/zones.ts'

/** The filters that hold for the whole page. The crossing is apart: it chooses what the table and the chart rank. */
export type ChipField = Exclude<(typeof filterFields)[number], 'crossing'>
export const chipFields: readonly ChipField[] = filterFields.filter(field => field !== 'crossing')

export interface Chip {
  readonly field: ChipField
  readonly value: string
  readonly exclude: boolean
}

export type CrossingChoice = Crossing | 'all'
export const crossingChoices: readonly CrossingChoice[] = [
  'cross-zone',
  'all',
  'same-zone',
  'cross-region',
  'internet',
  'unknown',
]

/** The contract's filter: values of one field are OR, fields are AND, "!" excludes. */
export function filterOf(chips: readonly Chip[], crossing: CrossingChoice = 'all'): FlowFilter {
  const filter: { -readonly [field in keyof FlowFilter]: string[] } = {}
  for (const { field, value, exclude } of chips) {
    const values = filter[field] ?? []
    values.push(exclude ? `!${value}` : value)
    filter[field] = values
  }
  if (crossing !== 'all') filter.crossing = [crossing]
  return filter
}

export const sameChip = (a: Chip, b: Chip): boolean => a.field === b.field && a.value === b.value

/** Adds a filter; the same value asked for the other way round replaces the old. */
export const withChip = (chips: readonly Chip[], chip: Chip): Chip[] => [...chips.filter(c => !sameChip(c, chip)), chip]

export const withoutChip = (chips: readonly Chip[], chip: Chip): Chip[] => chips.filter(c => !sameChip(c, chip))

const short: { readonly [word: string]: ChipField } = { ns: 'namespace', service: 'responder', az: 'zone' }

export type TypedChip = { readonly ok: true; readonly chip: Chip } | { readonly ok: false; readonly why: string }

/**
 * What one types into the filter box: "namespace:shop", "-zone:us-east-1a", "service:checkout". A bare word is looked
 * up among the known values ("checkout" where only a responder is called so).
 */
export function parseChip(text: string, known: readonly Chip[]): TypedChip {
  const exclude = /^[-!]/.test(text.trim())
  const body = text.trim().replace(/^[-!]\s*/, '')
  const colon = body.indexOf(':')
  if (colon < 0) {
    const found = known.find(chip => chip.value === body) ?? known.find(chip => chip.value.includes(body))
    if (body !== '' && found !== undefined) return { ok: true, chip: { ...found, exclude } }
    return {
      ok: false,
      why: `Nothing on the page is called “${body}”. Write a field and a value, such as namespace:shop.`,
    }
  }
  const word = body.slice(0, colon).trim()
  const value = body.slice(colon + 1).trim()
  const field = short[word] ?? chipFields.find(name => name.toLowerCase() === word.toLowerCase())
  if (field === undefined)
    return { ok: false, why: `There is no filter “${word}”. There are ${chipFields.join(', ')}.` }
  if (value === '') return { ok: false, why: `Write a value after “${word}:”.` }
  return { ok: true, chip: { field, value, exclude } }
}

const fieldWords: { readonly [field in ChipField]: string } = {
  cluster: 'cluster',
  namespace: 'namespace',
  initiatorNamespace: 'initiator namespace',
  responderNamespace: 'responder namespace',
  initiator: 'initiator',
  responder: 'responder',
  zone: 'zone',
}
export const fieldName = (field: ChipField): string => fieldWords[field]
