import { changeKinds, hintStates, readingKinds, verdicts } from '@weir/contract/rollout-queries.ts'
import { expectation } from './routing-schemas.ts'
import { bytes, cost, epochMs, list, number, object, orNull, range, type Schema, scope, text, whole } from './schema.ts'

const serviceName = object({ namespace: text, name: text })
const subject = object(
  { kind: { type: 'string', enum: ['service', 'workload', 'cluster'] } },
  { namespace: text, name: text, workload: object({ kind: text, name: text }) },
)
export const change: Schema = object({
  id: text,
  cluster: text,
  at: epochMs,
  kind: { type: 'string', enum: changeKinds },
  subject,
  services: list(serviceName, 'Whose traffic it may have moved.'),
  before: text,
  after: text,
  note: text,
  times: whole('turns since the last change of the kind that was told of the subject'),
})
const interval = object({ estimate: number, low: number, high: number })
const side = object({
  range,
  bytes,
  crossZoneBytes: bytes,
  share: { type: ['number', 'null'], description: '0 to 1; null: no bytes' },
  interval: orNull(interval),
  steps: whole('steps with data'),
  stepsInRange: whole('steps in the range'),
})
export const reading: Schema = object({
  kind: { type: 'string', enum: readingKinds },
  verdict: { type: 'string', enum: verdicts },
  why: text,
  before: side,
  after: side,
  change: { ...orNull(interval), description: 'share after − share before; null: it cannot be told' },
  savedPerMonth: {
    ...orNull(object({ estimate: cost, low: cost, high: cost, currency: text })),
    description: 'null while the interval holds zero',
  },
})
export const hintStateOrNull: Schema = {
  type: ['string', 'null'],
  enum: [...hintStates, 'null'],
  description: 'null: there are none to have',
}

export const rollouts: Schema = object({
  range,
  scope,
  asOf: epochMs,
  rows: list(object({ change, reading: orNull(reading), hints: hintStateOrNull })),
  hidden: whole('rows beyond the limit'),
  gaps: list(text, 'Where changes cannot be seen, in sentences; empty is good.'),
})
const bytesOrNull = { type: ['integer', 'null'], description: 'null: nobody watched' }
/** The answer of /api/v1/rollouts/{id}. */
export const rollout: Schema = object({
  scope,
  asOf: epochMs,
  change,
  readings: list(reading, 'Settled, and early where the change began a new routing generation.'),
  againstOthers: {
    ...orNull(object({ services: whole('unchanged Services that are compared with'), change: interval })),
    description: 'the settled change less what unchanged Services did in the same hours; null: none to compare with',
  },
  expectation: orNull(expectation),
  series: object({
    stepMs: whole('milliseconds'),
    times: list(epochMs),
    bytes: list(bytesOrNull),
    crossZoneBytes: list(bytesOrNull),
  }),
  others: list(change, 'Other changes of the same Services within what is compared.'),
})

/** The answer of /api/v1/gate. */
export const gate: Schema = object({
  cluster: text,
  namespace: text,
  service: text,
  range,
  pass: { type: 'string', enum: ['yes', 'no', 'not enough data'] },
  crossShare: { type: ['number', 'null'], description: '0 to 1; null without traffic' },
  interval: orNull(interval),
  maxCrossShare: number,
  bytes,
  why: text,
})

export const markRollout: Schema = object(
  { namespace: text, service: text, note: { type: 'string', description: 'why, in your words' } },
  {
    cluster: { type: 'string', description: 'default: the first' },
    at: { type: ['string', 'integer'], description: 'ISO 8601 or epoch milliseconds; default: now' },
  },
)
export const markedRollout: Schema = object({ scope, change })
