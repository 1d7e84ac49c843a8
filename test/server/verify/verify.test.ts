import { deepEqual, equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { GateAnswer } from '@weir/contract/rollout-queries.ts'
import { type Asked, askServer } from '../../../server/verify/ask.ts'
import { readVerifySettings, verifyHelp } from '../../../server/verify/config.ts'
import { askUntilEnough } from '../../../server/verify/main.ts'
import { anAnswer, answering, GateServer } from './gate-server.ts'

const bin = fileURLToPath(new URL('../../../server/weir.js', import.meta.url))

/** The program as a pipeline runs it. */
async function verify(...args: readonly string[]) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')))
  const child = spawn(process.execPath, [bin, 'verify', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', text => (out += text))
  child.stderr.on('data', text => (err += text))
  const [code] = await once(child, 'close')
  return { code: code as number, out, err }
}

const asked = ['--service', 'shop/cart', '--max-cross-share', '10%']

const codes: [pass: GateAnswer['pass'], code: number, word: string][] = [
  ['yes', 0, 'pass'],
  ['no', 1, 'fail'],
  ['not enough data', 3, 'not enough data'],
]
for (const [pass, code, word] of codes)
  test(`a server that says ${pass} ends it with ${code}`, async () => {
    await using server = await GateServer.listen(answering(200, anAnswer(pass)))
    deepEqual(await verify(...asked, '--server-url', server.url), {
      ...{ code, out: `${word}: shop/cart: these are the figures\n`, err: '' },
    })
  })

test('the whole question reaches the server, with the token of the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-verify-'))
  await writeFile(join(folder, 'token'), ' secret-token\n')
  await using server = await GateServer.listen(answering(200, anAnswer('yes')))
  const more = ['--cluster', 'main', '--since', '30m', '--token-file', join(folder, 'token'), '--json']
  const { code, out } = await verify(...asked, '--server-url', `${server.url}/weir/`, ...more)
  await rm(folder, { recursive: true })
  equal(code, 0)
  deepEqual(JSON.parse(out), anAnswer('yes'))
  const [{ url, authorization } = { url: new URL('http://none'), authorization: '' }] = server.asked
  equal(url.pathname, '/weir/api/v1/gate')
  deepEqual(Object.fromEntries(url.searchParams), {
    ...{ cluster: 'main', namespace: 'shop', service: 'cart', maxCrossShare: '10%', since: '30m' },
  })
  equal(authorization, 'Bearer secret-token')
})

const wrong: [args: string[], says: RegExp][] = [
  [['--max-cross-share', '10%'], /--service \(or WEIR_SERVICE\) must be given/],
  [['--service', 'shop/cart', '--max-cross-share', '10'], /"10" is no share: write 10% or 0\.1/],
  [['--service', 'cart', '--max-cross-share', '10%'], /must be NAMESPACE\/NAME, such as shop\/cart/],
  [[...asked, '--server', 'x'], /unknown argument --server: did you mean --server-url\?|--service/],
  [[...asked, '--server-url', 'weir:8080'], /must be a URL such as/],
  [[...asked, '--token-file', '/nowhere/token'], /--token-file: .*no such file/],
]
for (const [args, says] of wrong)
  test(`${args.join(' ')} is a wrong question`, async () => {
    const { code, out, err } = await verify(...args)
    deepEqual([code, out], [2, ''])
    match(err, says)
  })

test('--help tells every exit code', () => {
  for (const code of [0, 1, 2, 3, 4]) match(verifyHelp(), new RegExp(`\\b${code} `))
})

const settings = () => {
  const read = readVerifySettings(asked, {})
  if (!read.ok) throw new Error(read.problems.join())
  return read.settings
}

async function ask(url: string, token?: string): Promise<{ result: Asked; waits: number[] }> {
  const waits: number[] = []
  const pause = async (ms: number) => void waits.push(ms)
  const result = await askServer({ settings: { ...settings(), serverUrl: new URL(url) }, token, fetch, pause })
  return { result, waits }
}

const hangUp = (response: ServerResponse): void => void response.socket?.destroy()

test('what may pass is tried again: a broken connection, 503 with its own wait, 429', async () => {
  const later = answering(503, { detail: 'the store cannot answer now' }, { 'retry-after': '7' })
  await using server = await GateServer.listen(hangUp, later, answering(429, {}), answering(200, anAnswer('yes')))
  const { result, waits } = await ask(server.url)
  equal(result.kind, 'answer')
  deepEqual(waits, [1_000, 7_000, 4_000])
})

test('it gives up after five tries and says what came last', async () => {
  await using server = await GateServer.listen(answering(503, { detail: 'the store is closing' }))
  const { result, waits } = await ask(server.url)
  deepEqual(result, { kind: 'no answer', why: `${server.url} answered 503: the store is closing (tried 5 times)` })
  deepEqual([server.asked.length, waits.length], [5, 4])
})

test('a server that nobody runs cannot be reached', async () => {
  const gone = await GateServer.listen(hangUp)
  const { url } = gone
  await gone[Symbol.asyncDispose]()
  const { result } = await ask(url)
  match(result.kind === 'no answer' ? result.why : '', /cannot be reached: .*ECONNREFUSED.*\(tried 5 times\)/)
})

const refusals: [status: number, body: unknown, kind: Asked['kind'], why: RegExp][] = [
  [400, { detail: 'cluster: "x" is none that is known' }, 'bad question', /^cluster: "x" is none that is known$/],
  [401, { detail: 'sign in' }, 'no answer', /answered 401: sign in; --token-file names a file with a token$/],
  [403, { detail: 'no right to it' }, 'no answer', /answered 403: no right to it$/],
  [404, { detail: 'no Service shop/cart is known' }, 'no answer', /answered 404: no Service shop\/cart is known$/],
  [302, {}, 'no answer', /answered 302; it wants to lead elsewhere: is there a sign-in in front of the dashboard\?$/],
  [200, '<html>', 'no answer', /answered something else than Weir’s API would/],
  [200, { pass: 'perhaps' }, 'no answer', /answered something else than Weir’s API would/],
]
for (const [status, body, kind, why] of refusals)
  test(`${status} ${JSON.stringify(body)} is asked once: ${kind}`, async () => {
    await using server = await GateServer.listen(answering(status, body, { location: '/login' }))
    const { result } = await ask(server.url)
    equal(result.kind, kind)
    match(result.kind === 'answer' ? '' : result.why, why)
    equal(server.asked.length, 1)
  })

test('with time to wait it asks again each minute until there is enough data', async () => {
  const answers = (['not enough data', 'not enough data', 'no'] as const).map(anAnswer)
  const next = async (): Promise<Asked> => ({ kind: 'answer', answer: answers.shift() ?? anAnswer('yes') })
  const waits: number[] = []
  const wait = async (ms: number) => void waits.push(ms)
  const first = await askUntilEnough({ waitMinutes: 1 }, next, wait)
  deepEqual([first.kind === 'answer' && first.answer.pass, waits], ['not enough data', [60_000]])
  const second = await askUntilEnough({ waitMinutes: 5 }, next, wait)
  deepEqual([second.kind === 'answer' && second.answer.pass, waits.length], ['no', 1])
})
