import { equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { epochMs } from '@weir/contract/units.ts'
import { S3Api } from '../../aws-api/s3.ts'
import { BUCKET, keyOf, textOf } from './reading.ts'
import { TakingServer } from './taking-server.ts'

const bin = fileURLToPath(new URL('../../../server/weir.js', import.meta.url))

function weir(s3: S3Api | undefined, ...args: readonly string[]) {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(WEIR|AWS)_/.test(name)))
  const env = {
    ...own,
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(s3 && { AWS_ENDPOINT_URL_S3: s3.http.url }),
  }
  const child: ChildProcess = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout?.on('data', text => (output += text))
  child.stderr?.on('data', text => (output += text))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  return { child, ended: () => ended }
}

test('weir flow-logs reads what lies in the bucket, and ends on SIGTERM', async () => {
  await using s3 = await S3Api.listen(BUCKET)
  await using server = await TakingServer.listen()
  s3.put(keyOf(epochMs(Date.now() - 600_000)), gzipSync(textOf(4)))
  const program = weir(
    s3,
    'flow-logs',
    '--server-url',
    server.url,
    '--from-s3',
    `s3://${BUCKET}`,
    '--region',
    'us-east-1',
  )
  await server.taken(1)
  program.child.kill('SIGTERM')
  const { code, output } = await program.ended()
  equal(code, 0, output)
  equal(server.done.length, 1)
  equal(server.reports[0]?.mode, 'tail')
})

test('weir import reads a range once, tells how far it is, and ends with what was counted and what was not', async () => {
  await using s3 = await S3Api.listen(BUCKET)
  await using server = await TakingServer.listen()
  const at = (minute: number) => keyOf(epochMs(Date.parse(`2026-10-05T12:${minute}:00Z`)))
  s3.put(at(10), gzipSync(textOf(4)))
  s3.put(at(15), gzipSync('version tgw-id\n'))
  s3.put(at(20), gzipSync(`${textOf(1)}eni-1 - - - - - 60 60\n`))
  const from = ['--from', '2026-10-05', '--to', '2026-10-06T00:00Z', '--from-s3', `s3://${BUCKET}/`]
  const flags = [...from, '--region', 'us-east-1', '--server-url', server.url]
  const { code, output } = await weir(s3, 'import', ...flags).ended()
  equal(code, 1, output)
  match(output, /^6 records of 2 objects, as 5 rows$/m)
  match(output, /^ {2}1 no addresses$/m)
  match(output, /^ {2}1 transit gateway$/m)
  match(output, /^ {2}flow-direction: in or out is told/m)
  match(output, /^100 % · 3 of 3 objects · 6 records$/m)
  s3.objects.delete(at(15))
  server.holder = undefined // its lease has run out
  const again = await weir(s3, 'import', ...flags, '--json').ended()
  equal(again.code, 0, again.output)
  const last = JSON.parse(again.output.trim().split('\n').at(-1) ?? '')
  equal(last.isWhole, true)
  equal(server.batches.length, 2)
})

test('settings that do not fit are said together, by their flags', async () => {
  const { code, output } = await weir(
    undefined,
    'flow-logs',
    '--format',
    'version bytes',
    '--look-back-minute',
    '7',
  ).ended()
  equal(code, 2)
  match(output, /--format "version bytes": the flow log’s fields lack interface-id/)
  match(output, /unknown argument --look-back-minute: did you mean --look-back-minutes\?/)
  const nothing = await weir(undefined, 'flow-logs').ended()
  match(nothing.output, /--from-s3 or --from-log-group must say where flow logs are/)
})

test('--help names every setting', async () => {
  const { code, output } = await weir(undefined, 'flow-logs', '--help').ended()
  equal(code, 0)
  for (const flag of ['--from-s3', '--from-log-group', '--look-back-minutes', '--poll-ms', '--secret-file'])
    ok(output.includes(`${flag} `), flag)
})
