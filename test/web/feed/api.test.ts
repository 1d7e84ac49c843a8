import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { addressOf, problemOf } from '../../../web/feed/api.ts'

test('a question becomes an address: filters repeat under their names, hostile values are escaped', () => {
  const url = addressOf('series', {
    range: { from: epochMs(60_000), to: epochMs(120_000) },
    stepMs: 60_000,
    by: 'namespace',
    limit: 8,
    filter: { namespace: ['a', '!b&by=zone'] },
  })
  equal(
    url,
    '/api/v1/series?from=60000&to=120000&step=60000&by=namespace&limit=8&namespace=a&namespace=%21b%26by%3Dzone',
  )
})

test('a reconciliation is asked for in whole days, the end excluded', () =>
  equal(
    addressOf('reconciliation', {
      range: { from: epochMs(Date.UTC(2026, 10, 1)), to: epochMs(Date.UTC(2026, 11, 1)) },
    }),
    '/api/v1/reconciliation?from=2026-11-01&to=2026-12-01',
  ))

test('a problem gives its sentence and the request’s id', () => {
  const { message, requestId } = problemOf(400, { detail: 'step is too small', requestId: 'r-1' })
  deepEqual([message, requestId], ['step is too small', 'r-1'])
})

test('a proxy’s error page gives the status', () =>
  equal(problemOf(502, undefined).message, 'The server answered with status 502.'))
