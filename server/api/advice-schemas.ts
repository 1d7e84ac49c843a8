import { patchKinds, remedies, structuralReasons } from '@weir/contract/advice-queries.ts'
import { cost, epochMs, list, number, object, range, type Schema, scope, text, whole, wire } from './schema.ts'

const ratio: Schema = { type: ['number', 'null'], description: '0 to 1; null: no bytes' }
const row = object({
  id: text,
  cluster: text,
  remedy: { type: 'string', enum: remedies },
  subject: text,
  namespace: text,
  problem: text,
  savedBytes: wire,
  crossZoneBytes: wire,
  savedPerMonth: { ...cost, description: 'millionths of the currency, less ownCostPerMonth' },
  ownCostPerMonth: cost,
  shareBefore: ratio,
  shareAfter: ratio,
  risk: text,
  precondition: text,
  loadFactor: { type: ['number', 'null'], description: 'of the busiest zone; above 1.2 hot, above 1.5 critical' },
  dropsOn: list(text, 'nodes where connections would be dropped'),
  alternativeTo: {
    type: ['string', 'null'],
    description: 'id of a row that moves some of the same bytes: do one of them',
  },
  patches: list(object({ kind: { type: 'string', enum: patchKinds }, text })),
})

export const advice: Schema = object({
  range,
  scope,
  asOf: epochMs,
  price: object({ usdPerGb: number, bytesPerGb: number, currency: text, source: text }),
  rows: list(row),
  structural: list(
    object({
      cluster: text,
      subject: text,
      namespace: text,
      reason: { type: 'string', enum: structuralReasons },
      why: text,
      crossZoneBytes: wire,
      costPerMonth: cost,
    }),
  ),
  savedPerMonth: { ...cost, description: 'of the rows without alternativeTo' },
  crossZoneBytes: wire,
  hidden: whole('rows beyond the limit'),
  gaps: list(text, 'What could not be looked at, in sentences; empty is good.'),
})

export const whatIf: Schema = object({
  scope,
  gbPerMonth: number,
  currency: text,
  source: text,
  inputs: list(text),
  options: list(
    object({
      name: text,
      crossShare: number,
      oneSide: cost,
      billed: cost,
      parts: list(object({ name: text, cost })),
      note: text,
    }),
  ),
})
