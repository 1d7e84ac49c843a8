import { hintStates } from '@weir/contract/rollout-queries.ts'
import { preferences, routingReasons } from '@weir/contract/routing-queries.ts'
import { epochMs, list, number, object, orNull, type Schema, text, whole } from './schema.ts'

const share = (description: string): Schema => ({ type: ['number', 'null'], description })
const finding = object({ reason: { type: 'string', enum: routingReasons }, sentence: text, remedy: text })

export const expectation = object({
  baseline: { type: 'number', description: 'share that crosses if every connection goes to any endpoint at random' },
  expected: {
    type: 'number',
    description: "share that crosses if every connection goes where its client's node sends it",
  },
  observed: share('measured; null without traffic'),
  possibleSaving: share('1 - expected ÷ baseline; null where the baseline is 0'),
  achievedSaving: share('1 - observed ÷ baseline'),
  zones: list(
    object({
      zone: text,
      clients: { type: 'number', description: 'share of the traffic whose clients are here' },
      endpoints: whole('ready ones'),
      loadFactor: share('load of the busiest endpoint here ÷ load if all were even'),
    }),
  ),
})

const zone = object({
  zone: { type: 'string', description: "'' for what has none" },
  nodes: whole('ready nodes'),
  readyEndpoints: number,
  cpuShare: share('of the allocatable CPU, 0 to 1'),
  predictedHints: { type: ['integer', 'null'], description: 'endpoints hinted for this zone; null: no hints' },
  actualHints: number,
  usedEndpoints: whole('that clients here are sent to'),
  usedInOtherZones: whole('of these, in other zones'),
})

/** The answer of /api/v1/services/{namespace}/{name}/routing. */
export const routing = object({
  cluster: text,
  namespace: text,
  name: text,
  asOf: epochMs,
  type: text,
  headless: { type: 'boolean' },
  preference: { type: 'string', enum: preferences },
  preferenceFrom: text,
  internalTrafficPolicy: text,
  externalTrafficPolicy: { type: 'string', description: "'' where nothing outside reaches it" },
  families: list(
    object({
      addressType: text,
      readyEndpoints: number,
      state: { type: 'string', enum: hintStates },
      zones: list(zone),
    }),
  ),
  expectation: orNull(expectation),
  whyNoHints: list(finding),
  whyDropped: list(finding),
  whyBillDidNotFall: list(finding),
})
