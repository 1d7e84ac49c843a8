import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type CostPolicy, costPolicies } from '@weir/contract/cost-queries.ts'
import { chargesOf } from '../../../server/billing/policy.ts'
import type { BilledSides } from '../../../server/pricing/billed-sides.ts'

const both: BilledSides = { initiator: 1, responder: 1 }
const rules: [policy: CostPolicy, sides: BilledSides, initiator: [number, number], responder: [number, number]][] = [
  ['initiator', both, [2, 2], [0, 0]],
  ['sender', both, [2, 0], [0, 2]],
  ['split', both, [1, 1], [1, 1]],
  ['initiator', { initiator: 0, responder: 1 }, [1, 1], [0, 0]],
  ['sender', { initiator: 0, responder: 1 }, [1, 0], [0, 1]],
  ['split', { initiator: 0, responder: 1 }, [0, 0], [1, 1]],
]
for (const [policy, sides, initiator, responder] of rules)
  test(`${policy}, billed at ${sides.initiator ? 'both ends' : 'the responder'}: times the bytes (there, back)`, () => {
    const charges = chargesOf(policy, sides)
    deepEqual([charges.initiator.toResponder, charges.initiator.toInitiator], initiator)
    deepEqual([charges.responder.toResponder, charges.responder.toInitiator], responder)
  })

test('a policy changes who pays and never how much: both ends together pay for the billed sides', () => {
  for (const policy of costPolicies)
    for (const initiator of [0, 1] as const)
      for (const responder of [0, 1] as const) {
        const charges = chargesOf(policy, { initiator, responder })
        for (const way of ['toResponder', 'toInitiator'] as const)
          equal(charges.initiator[way] + charges.responder[way], initiator + responder)
      }
})
