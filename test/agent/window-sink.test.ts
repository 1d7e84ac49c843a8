import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { AgentDirectory } from '../../agent/directory/directory.ts'
import { Losses } from '../../agent/losses.ts'
import type { ConnectionRow, ObservedWindow, SourceStats } from '../../agent/sources/flow-source.ts'
import type { WindowContent } from '../../agent/uplink/batch.ts'
import { windowSink } from '../../agent/window-sink.ts'
import { at, podLabel, update } from './directory/labels.ts'
import { row } from './flows/connection-row.ts'
import { report } from './uplink/spool-stage.ts'

const stats: SourceStats = {
  mode: 'dump+events',
  accounting: 'on',
  events: 'on',
  timestamps: 'on',
  entries: 2,
  tableMax: 100,
  dumpsTotal: 1,
  dumpMs: 1,
  dumpCpuMs: 1,
  dumpEveryMs: 5000,
  eventsTotal: 4,
  overrunsTotal: 1,
  lostEventsTotal: 2,
  lostTailTotal: 3,
  entriesWithoutCounters: 0,
  withoutFinalCountersTotal: 5,
  reopenedTotal: 0,
  resetsTotal: 0,
  midStreamTotal: 0,
  offloadedEntries: 0,
  malformedTotal: 6,
  loopbackTotal: 10,
}

function given(learned: Parameters<AgentDirectory['learn']>[0] = []) {
  const directory = new AgentDirectory('node-a', () => {})
  directory.restore(undefined, at(0))
  directory.apply(update({ reset: true, labels: [podLabel(1, '10.1.1.10')] }), at(0))
  const losses = new Losses()
  const spooled: { content: WindowContent; checkpoint: ObservedWindow['checkpoint'] }[] = []
  const asked: string[][] = []
  const sink = windowSink({
    directory,
    async ask(addresses) {
      asked.push([...addresses].sort())
      directory.learn(learned, [], at(0))
      return learned.length > 0
    },
    ownAddresses: () => ({ node: ['10.20.1.1'], podRanges: [] }),
    spool: { append: async (content, checkpoint) => void spooled.push({ content, checkpoint }) },
    losses,
    report: () => report,
    saveDirectory: async () => {},
    now: () => at(0),
    onSpooled() {},
    onFatal() {},
  })
  const give = (...rows: readonly ConnectionRow[]) =>
    sink.onWindow({
      from: at(0),
      to: epochMs(at(0) + 10_000),
      kind: 'live',
      rows,
      checkpoint: { kind: 'changes', body: Buffer.from('c') },
      stats,
    })
  return { give, spooled, asked, losses }
}

test('a window becomes a labelled batch, with its checkpoint', async () => {
  const { give, spooled } = given()
  await give(row({ binding: 99 }))
  const [{ content, checkpoint } = {}] = spooled
  deepEqual(content?.window, { from: at(0), to: at(10), kind: 'live' })
  deepEqual(content?.rows.ends, [1, '10.1.2.20'])
  equal(Buffer.from(checkpoint?.body ?? []).toString(), 'c')
})

test('labels told for this window are on its rows, and decide what is here', async () => {
  const local = podLabel(2, '10.1.2.20')
  const { give, spooled, asked } = given([local])
  await give(row({ initiator: '10.8.8.8' }))
  deepEqual(asked, [['10.1.2.20', '10.8.8.8']])
  const rows = spooled[0]?.content.rows
  deepEqual([rows?.ends, rows?.rows.role[0]], [[2, '10.8.8.8'], 1])
})

test('an empty window is a window all the same: it says that this node was watched', async () => {
  const { give, spooled } = given()
  await give()
  equal(spooled[0]?.content.rows.rows.count, 0)
})

test('what was not counted is counted as such', async () => {
  const { give, losses } = given()
  await give(row({ initiator: '127.0.0.1', responder: '127.0.0.1' }), row({ midStream: true, initiatorPort: 40_000 }))
  deepEqual(losses.snapshot(), {
    'loopback skipped': 11,
    'unresolved mid-stream': 1,
    'kernel events lost': 2,
    'event overruns': 1,
    'tails lost': 3,
    'without final counters': 5,
    'malformed netlink messages': 6,
  })
})
