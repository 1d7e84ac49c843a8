import { deepEqual, equal } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { PairsAnswer } from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { S3Api } from '../../aws-api/s3.ts'
import { RealServer, toySecret } from '../../e2e/real-server.ts'
import { toyPods } from '../../e2e/toy-cluster.ts'
import { BUCKET, keyOf } from './reading.ts'

const bin = fileURLToPath(new URL('../../../server/weir.js', import.meta.url))

async function importOnce(s3: S3Api, url: string, from: number, to: number): Promise<{ code: number; output: string }> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(WEIR|AWS)_/.test(name)))
  const aws = { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'secret', AWS_EC2_METADATA_DISABLED: 'true' }
  const flags = [
    ...['--server-url', url, '--cluster', 'toy', '--secret', toySecret, '--from-s3', `s3://${BUCKET}`],
    ...['--region', 'us-east-1', '--from', new Date(from).toISOString(), '--to', new Date(to).toISOString()],
  ]
  const env = { ...own, ...aws, AWS_ENDPOINT_URL_S3: s3.http.url, AWS_ENDPOINT_URL_EC2: s3.http.url }
  const child = spawn(process.execPath, [bin, 'import', ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', text => (output += text))
  child.stderr.on('data', text => (output += text))
  const [code] = await once(child, 'close')
  return { code, output }
}

test('from the bucket to the pairs of the API: what no agent saw is counted, by pod, and once', async () => {
  const webDir = mkdtempSync(join(tmpdir(), 'weir-web-'))
  const server = await RealServer.start(webDir)
  await using s3 = await S3Api.listen(BUCKET)
  try {
    const minute = Math.floor(Date.now() / 60_000) - 40
    const start = minute * 60
    const fields =
      'interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol tcp-flags bytes packets start end flow-direction az-id'
    const line = (direction: string, zone: string, eni: string) =>
      `${eni} 10.0.1.1 10.0.2.1 ${toyPods.web} ${toyPods.gateway} 40000 8080 6 2 5000 5 ${start} ${start + 50} ${direction} ${zone}`
    // Both interfaces log the hop: the sender's record counts, the receiver's is evidence.
    const lines = [fields, line('egress', 'use1-az1', 'eni-a'), line('ingress', 'use1-az2', 'eni-b')]
    s3.put(keyOf(epochMs(start * 1000)), gzipSync(lines.join('\n')))
    const [from, to] = [(minute - 10) * 60_000, (minute + 10) * 60_000]
    const { code, output } = await importOnce(s3, server.agentsUrl, from, to)
    equal(code, 0, output)
    const answer = await fetch(`${server.pageUrl}api/v1/pairs?from=${from}&to=${to}&group=workload`)
    const { rows } = (await answer.json()) as PairsAnswer // the route's own tests check its shape
    deepEqual(
      rows.map(({ initiator, responder, bytesToResponder, bytesToInitiator }) => [
        initiator.name,
        responder.name,
        bytesToResponder,
        bytesToInitiator,
      ]),
      [['web', 'gateway', 5000, 0]],
    )
  } finally {
    await server.close()
    rmSync(webDir, { recursive: true })
  }
})
