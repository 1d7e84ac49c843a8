import type { MarkRollout } from '@weir/contract/rollout-queries.ts'
import { nearest } from '@weir/contract/settings.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { quoted } from './parameters.ts'
import type { BadParameter } from './problem.ts'
import { MOMENTS, moment } from './time-range.ts'

export type ReadMark =
  | { readonly ok: true; readonly mark: Omit<MarkRollout, 'at'> & { readonly at?: EpochMs } }
  | { readonly ok: false; readonly bad: BadParameter }

const fields = ['cluster', 'namespace', 'service', 'at', 'note'] as const
const MAX_NOTE = 500

/** Names as Kubernetes gives them: RFC 1123 labels. A Service's begins with a letter, which the API server sees to. */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const LABEL = 'a name of lower-case letters, digits and -, up to 63 characters'
const NOTE = `one to ${MAX_NOTE} characters`

/** Reads a MarkRollout; the first thing wrong is the answer. */
export function markIn(body: unknown): ReadMark {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return bad('body', 'expected an object', fields.join(', '))
  const given: { readonly [field: string]: unknown } = { ...body }
  for (const name of Object.keys(given))
    if (!fields.some(field => field === name))
      return bad(name.slice(0, 100), `unknown field: did you mean ${nearest(name, fields)}?`, fields.join(', '))
  const { cluster, namespace, service, note } = given
  if (cluster !== undefined && (typeof cluster !== 'string' || cluster === ''))
    return bad('cluster', 'expected a text', 'the name of a cluster')
  if (typeof namespace !== 'string' || !label.test(namespace)) return bad('namespace', wrong(namespace), LABEL)
  if (typeof service !== 'string' || !label.test(service)) return bad('service', wrong(service), LABEL)
  if (typeof note !== 'string' || note.trim() === '' || note.length > MAX_NOTE) return bad('note', wrong(note), NOTE)
  const at = momentOf(given.at)
  if (at === 'bad') return bad('at', wrong(given.at), MOMENTS)
  return {
    ok: true,
    mark: {
      namespace,
      service,
      note: note.trim().replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' '),
      ...(cluster !== undefined && { cluster }),
      ...(at !== undefined && { at }),
    },
  }
}

function momentOf(at: unknown): EpochMs | undefined | 'bad' {
  if (at === undefined) return undefined
  if (typeof at !== 'string' && typeof at !== 'number') return 'bad'
  try {
    return moment(String(at))
  } catch {
    return 'bad'
  }
}

const bad = (parameter: string, detail: string, allowed: string): ReadMark => ({
  ok: false,
  bad: { parameter, detail, allowed },
})

const wrong = (given: unknown): string =>
  given === undefined ? 'missing' : `${quoted(JSON.stringify(given))} is not that`
