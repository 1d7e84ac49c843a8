import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalAddress } from '@weir/contract/addresses.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { FlowSource, SourceStats } from '../../agent/sources/flow-source.ts'
import { Collector, type Sums, totals } from '../agent/sources/collector.ts'

export interface SourceUnderTest extends AsyncDisposable {
  readonly source: FlowSource
  readonly windowMs: number
  /** Lets known connections happen; resolves, when they are over, with what was sent by a count of somebody else's. */
  traffic(): Promise<Sums>
}

/** What every source of flows keeps, whatever it reads. */
export function flowSourceContract(name: string, open: () => Promise<SourceUnderTest>, skip: string | false): void {
  test(`${name}: every byte and every connection comes out once`, { skip }, async () => {
    await using under = await open()
    const sink = new Collector()
    await under.source.start(sink)
    const truth = await under.traffic()
    await sink.until(() => totals(sink.windows).down >= truth.down)
    await under.source.stop()
    deepEqual(totals(sink.windows), truth)
    deepEqual(sink.fatal, [])
  })

  test(`${name}: windows adjoin, are cut at multiples of their length, and come one at a time`, { skip }, async () => {
    await using under = await open()
    const sink = new Collector()
    await under.source.start(sink)
    const truth = await under.traffic()
    await sink.until(() => totals(sink.windows).down >= truth.down && sink.windows.length > 1)
    const inTime = sink.windows.length
    await under.source.stop()
    const count = sink.windows.length
    equal(sink.most, 1)
    for (const [i, { from, to }] of sink.windows.entries()) {
      ok(from < to)
      if (i > 0) equal(from, sink.windows[i - 1]?.to)
      if (i < inTime) equal(to % under.windowMs, 0)
    }
    await new Promise(setImmediate)
    equal(sink.windows.length, count, 'no window comes after stop')
  })

  test(`${name}: rows say who and how in full; stats and checkpoints are as the port promises`, { skip }, async () => {
    await using under = await open()
    const sink = new Collector()
    under.source.bind(7, epochMs(0))
    await under.source.start(sink)
    const truth = await under.traffic()
    await sink.until(() => totals(sink.windows).down >= truth.down)
    await under.source.stop()
    for (const row of sink.windows.flatMap(window => window.rows)) {
      for (const address of [row.initiator, row.dialled, row.responder, row.seenAs])
        equal(canonicalAddress(address), address)
      equal(row.binding, 7)
      ok(row.wireToResponder >= row.bytesToResponder && row.wireToInitiator >= row.bytesToInitiator)
      ok(row.packetsToResponder > 0 || row.packetsToInitiator > 0)
      equal(row.initiatorPort, 0)
    }
    equal(sink.windows[0]?.checkpoint.kind, 'full')
    for (const [i, { stats }] of sink.windows.entries()) {
      const before = sink.windows[i - 1]?.stats
      if (before !== undefined) for (const total of totalsIn(stats)) ok(stats[total] >= before[total], total)
    }
  })

  test(`${name}: a window that cannot be made durable is fatal`, { skip }, async () => {
    await using under = await open()
    const sink = new Collector()
    sink.refuse = new Error('disk full')
    await under.source.start(sink)
    await sink.until(() => sink.fatal.length > 0)
    deepEqual(
      sink.fatal.map(error => error.message),
      ['disk full'],
    )
    await under.source.stop()
  })
}

type TotalName = Extract<keyof SourceStats, `${string}Total`>
const totalsIn = (stats: SourceStats): TotalName[] =>
  Object.keys(stats).filter((name): name is TotalName => name.endsWith('Total'))
