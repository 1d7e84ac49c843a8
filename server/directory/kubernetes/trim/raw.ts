import { canonicalAddress } from '@weir/contract/addresses.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'

/** A parsed JSON object that nobody has looked at yet. */
export type Raw = { readonly [key: string]: unknown }

const nothing: Raw = {}

/** What is no object has no fields. */
export function fields(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : nothing // was looked at
}

export const items = (value: unknown): readonly Raw[] => (Array.isArray(value) ? value.map(fields) : [])

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(each => typeof each === 'string' && each !== '') : []

export const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined)

export const portNumber = (value: unknown): number | undefined =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535 ? Number(value) : undefined

/** A list that is kept, with no more room than it needs: one that has grown from nothing holds room for sixteen. */
export const exact = <T>(grown: readonly T[]): readonly T[] => (grown.length === 0 ? none : grown.slice())

/** Every empty list that is kept: there are several in each pod. */
const none: readonly never[] = []

/** Canonical texts of those that are addresses, each once. */
export const addresses = (values: readonly unknown[]): string[] => [
  ...new Set(values.flatMap(value => (typeof value === 'string' ? (canonicalAddress(value) ?? []) : []))),
]

/** RFC 3339, as the API server writes moments. */
export function moment(value: unknown): EpochMs | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? undefined : epochMs(ms)
}

/** IP protocol number of a Kubernetes protocol; the API's default is TCP. */
export function protocolNumber(value: unknown): number {
  return value === 'UDP' ? 17 : value === 'SCTP' ? 132 : 6
}

export interface Identity {
  readonly uid: string
  readonly namespace: string
  readonly name: string
}

/** @throws Error that says what is missing: an object without identity cannot be kept. */
export function identityOf(metadata: Raw): Identity {
  const uid = text(metadata.uid)
  const name = text(metadata.name)
  if (uid === undefined) throw new Error('metadata.uid: expected a text')
  if (name === undefined) throw new Error(`metadata.name of ${uid}: expected a text`)
  return { uid, namespace: text(metadata.namespace) ?? '', name }
}
