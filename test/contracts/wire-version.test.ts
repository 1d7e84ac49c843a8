import { deepEqual, equal } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { NONE } from '@weir/contract/agent-wire.ts'
import { columnNames, decodeBatch, encodeBatch } from '@weir/contract/batch-codec.ts'
import { checkHeader } from '@weir/contract/batch-header.ts'
import { WIRE_VERSION } from '@weir/contract/version.ts'

/** Every declaration that says what crosses the wire between agent and server. */
const messages: readonly [file: string, ...names: string[]][] = [
  ['agent-wire.ts', 'Batch', 'BatchWindow', 'RowColumns', 'NONE', 'legs', 'roles', 'dialledAs', 'batchHeaders'],
  ['agent-wire.ts', 'BatchReceipt', 'Refusal', 'refusalCodes', 'AgentReport', 'lossNames', 'ANSWERED_AT'],
  ['column-frame.ts', 'PREFIX_BYTES'],
  ['batch-codec.ts', 'columnTypes', 'frame', 'BatchHeader'],
  ['flow-log-codec.ts', 'columnTypes', 'frame'],
  [
    'directory-wire.ts',
    'ServicePort',
    'ServiceEntry',
    'SubnetEntry',
    'DirectoryUpdate',
    'LabelQuestion',
    'LabelAnswer',
  ],
  ['peers.ts', 'Workload', 'unplacedReasons', 'awsThings', 'AwsThing', 'Peer', 'Label'],
  ['flow-log-wire.ts', 'LeaseRequest', 'Lease', 'ObjectsQuestion', 'ObjectsAnswer', 'FlowLogBatch', 'skippedReasons'],
  ['flow-log-wire.ts', 'LoggedInterface', 'NextHop', 'FlowLogColumns', 'directions', 'initiators', 'NO_NEXT_HOP'],
  ['flow-log-wire.ts', 'FlowLogReceipt', 'ReaderReport', 'ReadFlowLog'],
  ['zones.ts', 'Zone'],
]

/** A declaration's text without comments and spacing: what is left changes only when the message does. */
function declaration(file: string, name: string): string {
  const path = new URL(`../../server/contract/${file}`, import.meta.url)
  const source = readFileSync(path, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
  const found = new RegExp(
    `^(?:export )?(?:interface|type|const) ${name}\\b[\\s\\S]*?(?=^(?:export|declare|interface|type|const|function)\\b)`,
    'm',
  )
  const text = found.exec(`${source}\nexport`)?.[0]
  if (text === undefined) throw new Error(`${file} declares no ${name}: name it anew here`)
  return text.replace(/\s+/g, ' ').trim()
}

function fingerprint(): string {
  const texts = messages.flatMap(([file, ...names]) => names.map(name => declaration(file, name)))
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 12)
}

test('a changed message needs a new WIRE_VERSION and a line of history (server/contract/version.ts)', () => {
  equal(`${WIRE_VERSION}:${fingerprint()}`, '2:4100e77e4a64')
})

test('the columns go over the wire in this order', () => {
  const order = 'initiator responder via leg role dialled service protocol port generation bytesToResponder'
  equal(columnNames.join(' '), `${order} bytesToInitiator wireToResponder wireToInitiator connections`)
})

const firstRelease = readFileSync(new URL('../fixtures/wire/batch-v1.bin', import.meta.url))

test('a batch of version 1 is read: bytes that another program wrote from the description of the layout', () => {
  const decoded = decodeBatch(firstRelease, checkHeader)
  if (!decoded.ok) throw new Error(decoded.detail)
  const { rows, ends, services, window, report, ...rest } = decoded.batch
  deepEqual(rest, {
    version: 1,
    cluster: 'lab',
    node: 'node-a1',
    epoch: '0f9d2c64-5a0e-4b7e-9d0a-1c2b3d4e5f60',
    sequence: 12,
    part: { index: 0, of: 1 },
  })
  deepEqual(window, { from: 1_795_225_790_000, to: 1_795_225_800_000, kind: 'live' })
  deepEqual([ends, services], [[11, 22, 90, '203.0.113.10', '2001:db8::1'], [7]])
  deepEqual([report.timestamps, report.mtu, report.losses], ['switched on', 9001, { 'loopback skipped': 4 }])
  const column = (name: (typeof columnNames)[number]) => Array.from(rows[name])
  deepEqual(
    columnNames.map(name => [name, ...column(name)]),
    [
      ['initiator', 0, 3, 4],
      ['responder', 1, 1, 1],
      ['via', NONE, 2, 2],
      ['leg', 0, 1, 2],
      ['role', 0, 1, 0],
      ['dialled', 1, 2, 2],
      ['service', 0, 0, NONE],
      ['protocol', 6, 6, 17],
      ['port', 80, 80, 53],
      ['generation', 3, 3, 0],
      ['bytesToResponder', 1000, 2 ** 40, 0],
      ['bytesToInitiator', 9000, 1, 0],
      ['wireToResponder', 1010, 2 ** 40 + 5, 0],
      ['wireToInitiator', 9090, 1, 0],
      ['connections', 2, 1, 0],
    ],
  )
})

test('what is read and written again is the same batch', () => {
  const decoded = decodeBatch(firstRelease, checkHeader)
  if (!decoded.ok) throw new Error(decoded.detail)
  const again = decodeBatch(encodeBatch(decoded.batch), checkHeader)
  deepEqual(again, decoded)
})

test('a body cut anywhere is refused with a sentence, and never throws', () => {
  for (let length = 0; length < firstRelease.length; length++)
    equal(decodeBatch(firstRelease.subarray(0, length), checkHeader).ok, false)
})
