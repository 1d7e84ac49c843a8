import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { Answer, Question } from '../../../../server/directory/kubernetes/connection.ts'
import { VersionReader } from '../../../../server/directory/kubernetes/version-reader.ts'
import { TestClock } from './test-clock.ts'

type Say = (question: Question) => Promise<Answer>

const answer = (status: number, body: string): Answer => ({
  status,
  retryAfterMs: undefined,
  body: Readable.from([Buffer.from(body)]),
})
const told =
  (gitVersion: unknown): Say =>
  async () =>
    answer(200, JSON.stringify({ major: '1', gitVersion }))
const never: Say = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cut')), { once: true }))

/** A reader that is told these answers, one each time it asks. */
function reading(t: TestContext, ...answers: readonly Say[]) {
  const clock = new TestClock(() => {})
  const left = [...answers]
  const asked: string[] = []
  const ask: Say = question => {
    asked.push(question.path)
    return (left.shift() ?? never)(question)
  }
  const reader = new VersionReader({ ask, renew: () => {}, close: () => {} }, clock)
  const stop = new AbortController()
  const running = reader.run(stop.signal)
  t.after(async () => {
    stop.abort()
    await running
  })
  /** What is asked for has been answered. */
  const settled = () => new Promise(resolve => setImmediate(resolve))
  const passes = async (ms: number) => {
    clock.passSilence(ms)
    await settled()
  }
  return { reader, asked, settled, passes }
}

const useless: [why: string, say: Say][] = [
  ['no answer', async () => Promise.reject(new Error('ECONNREFUSED'))],
  ['a refusal', async () => answer(403, '{"gitVersion":"v0.0.0"}')],
  ['no JSON', async () => answer(200, '<html>please log in</html>')],
  ['another document', async () => answer(200, '[]')],
  ['a version that is no text', told(7)],
  ['an answer without end', async () => answer(200, `{"gitVersion":"v0.0.0","x":"${'x'.repeat(70_000)}"}`)],
]
for (const [why, say] of useless)
  test(`${why}: the version known before stands, and it is asked again after ten minutes`, async t => {
    const { reader, asked, settled, passes } = reading(t, told('v1.34.2'), say, told('v1.35.0'))
    await settled()
    assert.equal(reader.version, 'v1.34.2')
    await passes(600_000)
    assert.equal(reader.version, 'v1.34.2')
    await passes(600_000)
    assert.equal(reader.version, 'v1.35.0')
    assert.deepEqual(asked, ['/version', '/version', '/version'])
  })

test('a question that is never answered is given up, and asked again', async t => {
  const { reader, settled, passes } = reading(t, never, told('v1.34.2'))
  await settled()
  await passes(30_000)
  assert.equal(reader.version, undefined)
  await passes(600_000)
  assert.equal(reader.version, 'v1.34.2')
})
