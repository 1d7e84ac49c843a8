import { coverageKinds, dashboardAuths, pairGroups } from '@weir/contract/queries.ts'
import { crossings, gaps } from '../answers/places.ts'
import { advice, whatIf } from './advice-schemas.ts'
import { costs, reconciliation } from './cost-schemas.ts'
import { gate, markedRollout, markRollout, rollout, rollouts } from './rollout-schemas.ts'
import { routing } from './routing-schemas.ts'
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
  wire,
} from './schema.ts'

/** JSON schemas of the answers (contract/queries.ts), as far as a client needs them: every field with its unit. */
const ref = (name: SchemaName): Schema => ({ $ref: `#/components/schemas/${name}` })

const gap: Schema = { type: 'string', enum: gaps }
const crossing: Schema = { type: 'string', enum: crossings }
const byCrossing = object(Object.fromEntries(crossings.map(name => [name, object({ bytes, wireBytes: wire })])))
const amounts = {
  bytesToResponder: bytes,
  bytesToInitiator: bytes,
  wireToResponder: wire,
  wireToInitiator: wire,
  connections: whole('connections first seen in the range'),
}
const totals = { ...amounts, bytes, wireBytes: wire, byCrossing, costMicroUsd: cost }
const workload = object({ kind: text, name: text })
const pairEnd = object({ kind: text, namespace: text, name: text, zones: list(text) }, { workload, cluster: text })
const coverage = {
  parts: list(
    object({
      kind: { type: 'string', enum: coverageKinds },
      ratio: { type: ['number', 'null'], description: '0 to 1, or null: nothing to divide by' },
      seen: number,
      of: number,
      unit: text,
    }),
  ),
  gaps: list(text, 'What is missing, in sentences; empty is good.'),
}
const price = object({ usdPerGb: number, bytesPerGb: number, currency: text, source: text })
const provenance = { range, scope, asOf: momentOrNull, sealedUntil: momentOrNull, coverage: object(coverage), price }
const pairRow = object({
  key: text,
  cluster: text,
  initiator: pairEnd,
  responder: pairEnd,
  via: list(text),
  dialled: list(text),
  ...totals,
})
const zoneCell = object(
  { source: text, destination: text, crossing, bytes, wireBytes: wire, costMicroUsd: cost },
  { why: gap },
)
const anything: Schema = { type: 'object', additionalProperties: true }
const flowEnd = object({ address: text, peer: anything, zone: { type: ['string', 'null'] } })
const listOrNull = (items: Schema): Schema => ({ type: ['array', 'null'], items, description: 'null in a scope' })
const flowRow = object(
  {
    from: epochMs,
    to: epochMs,
    node: text,
    role: text,
    leg: text,
    dialled: text,
    protocol: whole('IP protocol number'),
    port: whole("the Service's or a declared port, else 0"),
    initiator: flowEnd,
    responder: flowEnd,
    via: orNull(flowEnd),
    service: orNull(object({ namespace: text, name: text })),
    crossing,
    ...amounts,
  },
  { why: gap },
)

const ratio = (description: string): Schema => ({
  type: ['number', 'null'],
  description: `${description}; null: nothing to compare`,
})
const auditFigures = {
  minutes: whole('node minutes that both counted: the next three are of these'),
  agentBytes: bytes,
  agentWireBytes: whole('bytes on the wire, as the agent estimates them'),
  flowLogBytes: whole('bytes that the flow logs of the node have'),
  ratio: ratio('agentBytes ÷ flowLogBytes'),
  wireRatio: ratio('agentWireBytes ÷ flowLogBytes'),
  witnessRatio: ratio('hops that two agents counted: the smaller sum ÷ the larger'),
}

export type SchemaName =
  | 'Pairs'
  | 'Zones'
  | 'Series'
  | 'Flows'
  | 'Coverage'
  | 'Audit'
  | 'Costs'
  | 'Reconciliation'
  | 'Rollouts'
  | 'Rollout'
  | 'Gate'
  | 'MarkRollout'
  | 'MarkedRollout'
  | 'Routing'
  | 'Agents'
  | 'Viewer'
  | 'Problem'
  | 'Totals'
  | 'Advice'
  | 'WhatIf'

export const schemas: { readonly [name in SchemaName]: Schema } = {
  Totals: object(totals),
  Pairs: object({
    ...provenance,
    group: { type: 'string', enum: pairGroups },
    rows: list(pairRow),
    total: ref('Totals'),
    rest: { allOf: [ref('Totals'), object({ rows: whole('rows beyond the limit') })] },
  }),
  Zones: object({ ...provenance, zones: list(text), cells: list(zoneCell), total: ref('Totals') }),
  Series: object({
    ...provenance,
    stepMs: whole('milliseconds'),
    times: list(epochMs),
    lines: list(
      object({ name: text, bytes: list({ type: ['integer', 'null'], description: 'null: nobody watched' }) }),
    ),
  }),
  Flows: object({
    scope,
    rows: list(flowRow),
    left: { type: ['integer', 'null'], description: 'hops of the span that are not kept; null in a scope' },
  }),
  Coverage: object({
    ...coverage,
    range,
    scope,
    sealedUntil: momentOrNull,
    unplaced: list(object({ reason: text, bytes })),
    severalServices: object({
      bytes,
      responders: list(object({ responder: text, services: list(text), bytes })),
      more: whole('responders beyond the list'),
    }),
    givenAway: listOrNull(object({ node: text, minute: epochMs, promotedBytes: bytes, supersededBytes: bytes })),
    lost: listOrNull(object({ name: text, count: number })),
  }),
  Audit: object({
    range,
    rows: list(object({ cluster: text, node: text, hour: epochMs, ...auditFigures })),
    hidden: whole('rows beyond the limit'),
    total: object(auditFigures),
  }),
  Costs: costs,
  Advice: advice,
  WhatIf: whatIf,
  Reconciliation: reconciliation,
  Rollouts: rollouts,
  Rollout: rollout,
  Gate: gate,
  MarkRollout: markRollout,
  MarkedRollout: markedRollout,
  Routing: routing,
  Agents: object({
    asOf: epochMs,
    agents: list(
      object({
        cluster: text,
        node: text,
        zone: { type: ['string', 'null'] },
        state: { type: 'string', enum: ['live', 'late', 'silent'] },
        lastWindowTo: epochMs,
        lastHeardAt: epochMs,
        clockOffsetMs: number,
        identity: { type: 'string', enum: ['asserted', 'proven'] },
        aboveLineRateBytes: number,
        report: anything,
      }),
    ),
    withoutAgent: list(text),
  }),
  Viewer: object({
    name: text,
    scope,
    auth: { type: 'string', enum: dashboardAuths },
    hasSession: { type: 'boolean' },
  }),
  Problem: object(
    { type: text, title: text, status: whole('HTTP status'), detail: text, requestId: text },
    { parameter: text, allowed: text, signIn: text },
  ),
}
