import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { GateAnswer } from '@weir/contract/rollout-queries.ts'
import { type Asked, askServer } from './ask.ts'
import { readVerifySettings, type VerifySettings, verifyHelp } from './config.ts'

const AGAIN_AFTER_MS = 60_000

/**
 * `weir verify`: whether a Service's share that crosses zones is below a bar. Returns the exit code: 0 it is, 1 it is
 * above, 2 bad settings or a question that the server does not take, 3 not enough data, 4 no answer.
 */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(`${verifyHelp()}\n`)
    return 0
  }
  const read = readVerifySettings(argv)
  if (!read.ok) {
    for (const problem of read.problems) process.stderr.write(`weir verify: ${problem}\n`)
    return 2
  }
  const { settings } = read
  let token: string | undefined
  try {
    token = await readToken(settings)
  } catch (error) {
    process.stderr.write(`weir verify: --token-file: ${error instanceof Error ? error.message : error}\n`)
    return 2
  }
  const wait = (ms: number) => pause(ms)
  const asked = await askUntilEnough(settings, () => askServer({ settings, token, fetch, pause: wait }), wait)
  if (asked.kind !== 'answer') {
    process.stderr.write(`weir verify: ${asked.why}\n`)
    return asked.kind === 'bad question' ? 2 : 4
  }
  const { answer } = asked
  process.stdout.write(`${settings.json ? JSON.stringify(answer) : lineOf(answer)}\n`)
  return exitCodes[answer.pass]
}

/** Asks once a minute while there is not enough data and time is left. */
export async function askUntilEnough(
  { waitMinutes }: Pick<VerifySettings, 'waitMinutes'>,
  ask: () => Promise<Asked>,
  wait: (ms: number) => Promise<void>,
): Promise<Asked> {
  for (let left = waitMinutes; ; left--) {
    const asked = await ask()
    if (left <= 0 || asked.kind !== 'answer' || asked.answer.pass !== 'not enough data') return asked
    await wait(AGAIN_AFTER_MS)
  }
}

const exitCodes = { yes: 0, no: 1, 'not enough data': 3 } as const satisfies {
  readonly [pass in GateAnswer['pass']]: number
}
const words = { yes: 'pass', no: 'fail', 'not enough data': 'not enough data' } as const

const lineOf = ({ pass, namespace, service, why }: GateAnswer): string =>
  `${words[pass]}: ${namespace}/${service}: ${why}`

/** @throws Error where the file cannot be read, or holds nothing. */
async function readToken({ tokenFile }: VerifySettings): Promise<string | undefined> {
  if (tokenFile === '') return undefined
  const token = (await readFile(tokenFile, 'utf8')).trim()
  if (token === '') throw new Error(`${tokenFile} is empty`)
  return token
}
