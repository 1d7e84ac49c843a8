import { billStates, costPolicies, costRowKinds } from '@weir/contract/cost-queries.ts'
import {
  bytes,
  cost,
  epochMs,
  list,
  momentOrNull,
  number,
  object,
  orNull,
  range,
  type Schema,
  scope,
  text,
  whole,
} from './schema.ts'

const gb: Schema = { type: 'number', description: 'GB of the bill' }
const state: Schema = { type: 'string', enum: billStates }
const costOrNull: Schema = { type: ['integer', 'null'], description: 'millionths of a US dollar; null: no bill' }
const gbOrNull: Schema = { type: ['number', 'null'], description: 'GB of the bill; null: no bill' }
const metered: Schema = { ...bytes, description: 'wire bytes times the sides that AWS charges' }
const apart = list(object({ name: text, gb, costMicroUsd: cost }), 'On the bill beside traffic across zones.')
const row = object(
  {
    kind: { type: 'string', enum: costRowKinds },
    cluster: text,
    namespace: text,
    name: text,
    meteredBytes: metered,
    costMicroUsd: cost,
    provisionalMicroUsd: cost,
    estimatedMicroUsd: cost,
  },
  { workload: object({ kind: text, name: text }) },
)
const total = object({
  costMicroUsd: cost,
  attributedMicroUsd: cost,
  unattributedMicroUsd: cost,
  meteredBytes: metered,
  byState: object(Object.fromEntries(billStates.map(name => [name, cost]))),
})
const figures = object({
  observedGb: gb,
  billedGb: gbOrNull,
  coverage: { type: ['number', 'null'], description: 'observed ÷ billed; above 1: more than is on the bill' },
  attributedMicroUsd: cost,
  billedMicroUsd: costOrNull,
  unattributedMicroUsd: costOrNull,
})
const day = { day: epochMs, state, isSealed: { type: 'boolean' } }
const notes = list(text, 'What one has to know to read the figures; empty is good.')
const inScope = (schema: Schema): Schema => ({ ...orNull(schema), description: "null in a scope: it is everybody's" })

export const costs: Schema = object({
  month: text,
  range,
  scope,
  policy: { type: 'string', enum: costPolicies },
  by: text,
  currency: { ...text, description: 'ISO 4217, of all money in the answer' },
  sealedUntil: momentOrNull,
  rows: list(row, 'Largest first. With the unattributed they add up to the total.'),
  total: inScope(total),
  bill: inScope(object({ billedMicroUsd: cost, billedGb: gb, apart, source: text })),
  days: list(object({ ...day, figures: inScope(figures) })),
  projection: orNull(object({ costMicroUsd: cost, method: text })),
  selfCost: inScope(
    object({
      costMicroUsd: cost,
      parts: list(object({ name: text, amount: whole('bytes or calls'), unit: text, costMicroUsd: cost })),
      method: text,
    }),
  ),
  listPrice: object({ usdPerGb: number, source: text }),
  notes,
})

export const reconciliation: Schema = object({
  range,
  sealedUntil: momentOrNull,
  days: list(
    object({
      ...day,
      figures,
      causes: list(object({ name: text, gb, costMicroUsd: cost }), 'What stands at the ends of the observed hops.'),
      unattributedGb: gbOrNull,
      freeGb: gb,
      unknownGb: gb,
      unresolvedGb: gb,
      elsewhereGb: gb,
      apart,
    }),
  ),
  source: text,
  notes,
})
