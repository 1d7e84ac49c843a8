import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { endpoint } from '../directory/kubernetes/records.ts'
import { answer } from './reasons/answered.ts'
import { routedCart, sameZone } from './routed-world.ts'

test('the zones of a family: what is there, what should be and what is used', () => {
  const { expectation, families } = answer(
    routedCart(sameZone, ['a>a', 'b>b', endpoint('10.0.0.9', { zone: 'b', ready: false })]),
  )
  deepEqual(families, [
    {
      addressType: 'IPv4',
      readyEndpoints: 2,
      state: 'as predicted',
      zones: ['a', 'b', 'c'].map(zone => ({
        zone,
        nodes: 1,
        readyEndpoints: zone === 'c' ? 0 : 1,
        cpuShare: 1 / 3,
        predictedHints: zone === 'c' ? 0 : 1,
        actualHints: zone === 'c' ? 0 : 1,
        usedEndpoints: zone === 'c' ? 2 : 1,
        usedInOtherZones: zone === 'c' ? 2 : 0,
      })),
    },
  ])
  equal(expectation?.expected.toFixed(4), '0.3333')
})
