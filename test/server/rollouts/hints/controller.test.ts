import { ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { Preference } from '@weir/contract/routing-queries.ts'
import { cpuShares } from '../../../../server/rollouts/hints/cpu-shares.ts'
import { type Prediction, predictHints } from '../../../../server/rollouts/hints/prediction.ts'
import { sliceRecord } from '../../directory/kubernetes/records.ts'
import { counts, endpointsOf, node } from './slices.ts'

/** One question to the code of the controller, and its answers: test/fixtures/endpointslice. */
interface Asked {
  readonly mode: Preference
  readonly nodes: readonly string[]
  readonly slices: readonly string[][]
  readonly outcomes: readonly { readonly hints: { [zone: string]: number } | null; readonly message: string }[]
}

const asked = readFileSync(new URL('../../../fixtures/endpointslice/hints.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): Asked => JSON.parse(line))

function predict({ mode, nodes, slices }: Asked): Prediction {
  const records = nodes.map((text, index) => {
    const [zone, milliCpu, special] = text.split(' ')
    const [ready, controlPlane] = [special !== 'unready', special === 'control-plane']
    return node(`node-${index}`, zone === '' ? undefined : zone, Number(milliCpu) / 1_000, { ready, controlPlane })
  })
  const ofService = slices.map((texts, index) => sliceRecord('web', endpointsOf(...texts), { name: `web-${index}` }))
  return predictHints({ hasSelector: true, type: 'ClusterIP' }, mode, ofService, cpuShares(records))
}

/** As the controller's event says it. */
function messageOf(predicted: Prediction): string {
  if (predicted.kind === 'hints') return 'Topology Aware Hints has been enabled'
  const { why } = predicted
  switch (why.kind) {
    case 'too few endpoints':
      return `Insufficient number of endpoints (${why.endpoints} endpoints, ${why.zones} zones)`
    case 'overload threshold':
      return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (${why.endpoints} endpoints, ${why.zones} zones)`
    case 'endpoint without zone':
      return 'One or more endpoints do not have a zone specified'
    // The controller tells both by the same words: with one zone there are no shares.
    case 'node without zone or CPU':
    case 'nodes in one zone only':
      return 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes'
    default:
      return why.kind
  }
}

test(`the controller itself, asked ${asked.length} times, hints for as many endpoints of each zone as predicted`, () => {
  for (const [index, question] of asked.entries()) {
    const predicted = predict(question)
    const hints = predicted.kind === 'hints' && predicted.byZone.size > 0 ? counts(predicted.byZone) : null
    const message = question.mode === 'Auto' ? messageOf(predicted) : ''
    const isOne = question.outcomes.some(outcome => isDeepStrictEqual(outcome, { hints, message }))
    ok(isOne, `question ${index + 1}: ${JSON.stringify({ hints, message })} is none of ${JSON.stringify(question)}`)
  }
})
