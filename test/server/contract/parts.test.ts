import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Part, runUntil } from '@weir/contract/parts.ts'

/** Parts a, b, c that write down what they do; `fails` names those of their steps that do not succeed. */
function parts(happened: string[], fails: readonly string[] = []): Part[] {
  const step = async (what: string): Promise<void> => {
    happened.push(what)
    if (fails.includes(what)) throw new Error(`${what} failed`)
  }
  return ['a', 'b', 'c'].map(name => ({ name, start: () => step(`start ${name}`), stop: () => step(`stop ${name}`) }))
}

const all = ['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']
const cases: [why: string, fails: string[], happens: string[], error: string | undefined, logs: string[]][] = [
  ['parts stop in the reverse of the order they started in', [], all, undefined, []],
  [
    'when one fails to start, it and those before it are stopped',
    ['start b'],
    ['start a', 'start b', 'stop b', 'stop a'],
    'start b failed',
    [],
  ],
  [
    'one that fails to stop keeps no other from stopping',
    ['stop b'],
    all,
    'stop b failed',
    ['b did not stop cleanly: Error: stop b failed'],
  ],
  [
    'the first failure is the one that is thrown',
    ['start b', 'stop a'],
    ['start a', 'start b', 'stop b', 'stop a'],
    'start b failed',
    ['a did not stop cleanly: Error: stop a failed'],
  ],
]
for (const [why, fails, happens, error, logs] of cases)
  test(why, async () => {
    const happened: string[] = []
    const logged: string[] = []
    const run = runUntil(Promise.resolve(), parts(happened, fails), line => logged.push(line))
    if (error === undefined) await run
    else await assert.rejects(run, { message: error })
    assert.deepEqual(happened, happens)
    assert.deepEqual(logged, logs)
  })

test('nothing stops before the end', async () => {
  const happened: string[] = []
  let end = (): void => {}
  const run = runUntil(new Promise<void>(resolve => (end = resolve)), parts(happened), () => {})
  while (happened.length < 3) await new Promise(setImmediate)
  assert.deepEqual(happened, all.slice(0, 3))
  end()
  await run
  assert.deepEqual(happened, all)
})

test('an end that fails stops all and is thrown', async () => {
  const happened: string[] = []
  await assert.rejects(
    runUntil(Promise.reject(new Error('fatal')), parts(happened), () => {}),
    { message: 'fatal' },
  )
  assert.deepEqual(happened, all)
})

test('an end that fails while a part starts is thrown once all have started and stopped', async () => {
  const happened: string[] = []
  const [first, ...others] = parts(happened)
  assert.ok(first)
  let fail = (_error: Error): void => {}
  const end = new Promise<void>((_resolve, reject) => (fail = reject))
  const slow: Part = {
    ...first,
    async start() {
      fail(new Error('fatal'))
      await new Promise(setImmediate)
      await first.start()
    },
  }
  await assert.rejects(
    runUntil(end, [slow, ...others], () => {}),
    { message: 'fatal' },
  )
  assert.deepEqual(happened, all)
})
