import { canonicalAddress } from '@weir/contract/addresses.ts'
import { type LabelQuestion, MAX_LABEL_QUESTION } from '@weir/contract/directory-wire.ts'

/** Longest question: MAX_LABEL_QUESTION of the longest addresses (45 characters) in JSON, with room to spare. */
export const MAX_QUESTION_BYTES = 128 * 1024

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string }

/** Checks what an agent sent to /agent/v1/labels; a bad question names the field and what would be right. */
export function checkQuestion(value: unknown): Checked<LabelQuestion> {
  const bad = (detail: string): Checked<LabelQuestion> => ({ ok: false, detail })
  if (typeof value !== 'object' || value === null || !('node' in value) || !('addresses' in value))
    return bad('expected a JSON object {"node": name, "addresses": [address, …]}')
  const { node, addresses } = value
  if (!isNodeName(node)) return bad('node: expected a node name')
  if (!Array.isArray(addresses)) return bad('addresses: expected a list')
  if (addresses.length > MAX_LABEL_QUESTION)
    return bad(`addresses: expected at most ${MAX_LABEL_QUESTION}, found ${addresses.length}: ask in parts`)
  const wrong = addresses.findIndex(address => typeof address !== 'string' || canonicalAddress(address) === undefined)
  if (wrong >= 0) return bad(`addresses[${wrong}]: expected an IP address, found ${excerpt(addresses[wrong])}`)
  return { ok: true, value: { node, addresses } }
}

/** As in a batch's header. */
export const isNodeName = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(value)

const excerpt = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? 'nothing'
