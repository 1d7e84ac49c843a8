import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection } from '../../../../server/directory/kubernetes/connection.ts'
import { Exchange, SILENCE_MS } from '../../../../server/directory/kubernetes/exchange.ts'
import { resourceTable } from '../../../../server/directory/kubernetes/resources.ts'
import { Trimming } from '../../../../server/directory/kubernetes/trim/trimming.ts'
import { TestClock } from './test-clock.ts'

test('a request that never gets off, because its credentials hang, is given up like a silent one', async () => {
  const clock = new TestClock(() => {})
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  const connection: Connection = {
    ask: () => {
      resolve()
      return new Promise(() => {})
    },
    renew: () => {},
    close: () => {},
  }
  const ignore = (): void => {}
  const arrivals = { page: ignore, opened: ignore, put: ignore, gone: ignore, heard: ignore, badObject: ignore }
  const options = { row: resourceTable.pods, trimming: new Trimming([]), connection, clock, arrivals }
  const outcome = new Exchange(options, { kind: 'list', continue: undefined }).run(new AbortController().signal)
  await asked
  clock.passSilence(SILENCE_MS)
  const { kind, failure } = { failure: undefined, ...(await outcome) }
  assert.deepEqual([kind, failure], ['failed', 'silent'])
})
