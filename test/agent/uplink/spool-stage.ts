import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentReport, Batch } from '@weir/contract/agent-wire.ts'
import { epochMs } from '@weir/contract/units.ts'
import { Tally } from '../../../agent/flows/tally.ts'
import { Losses } from '../../../agent/losses.ts'
import type { CheckpointPiece } from '../../../agent/sources/flow-source.ts'
import { unpackBatch, type WindowContent } from '../../../agent/uplink/batch.ts'
import { type Offer, Spool, type SpoolOptions } from '../../../agent/uplink/spool.ts'

export const silent = { info() {}, warn() {} }

export const report: AgentReport = {
  agentVersion: 'test',
  process: 'p',
  startedAt: epochMs(0),
  mode: 'dump+events',
  accounting: 'on',
  events: 'on',
  timestamps: 'on',
  mtu: 1500,
  entries: 0,
  tableMax: 0,
  entriesWithoutCounters: 0,
  dumpMs: 0,
  dumpCpuMs: 0,
  dumpEveryMs: 5000,
  spoolBytes: 0,
  spoolWindows: 0,
  rssBytes: 0,
  cpuMsTotal: 0,
  uplinkBytesTotal: 0,
  labelBytesTotal: 0,
  losses: {},
}

const START = Date.UTC(2026, 10, 21)
export const WINDOW_MS = 10_000

/** The nth window of ten seconds: rows from `rows` initiators, of `bytes` each. */
export function content(
  n: number,
  { rows = 1, bytes = 1000 + n, kind = 'live' as 'live' | 'catch-up' } = {},
): WindowContent {
  const tally = new Tally()
  for (let i = 0; i < rows; i++)
    tally.add(
      {
        initiator: i + 1,
        responder: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`,
        via: undefined,
        leg: 'direct',
        role: 'primary',
        dialled: 'direct',
        service: undefined,
        protocol: 6,
        port: 80,
        generation: 0,
      },
      { bytesToResponder: bytes, bytesToInitiator: 0, wireToResponder: bytes, wireToInitiator: 0, connections: 1 },
    )
  const from = START + n * WINDOW_MS
  return { window: { from: epochMs(from), to: epochMs(from + WINDOW_MS), kind }, rows: tally.toWire(), report }
}

export const full = (text: string): CheckpointPiece => ({ kind: 'full', body: Buffer.from(text) })
export const changes = (text: string): CheckpointPiece => ({ kind: 'changes', body: Buffer.from(text) })

export interface Stage {
  readonly folder: string
  readonly losses: Losses
  /** Starts a spool on the folder, as a new process would; `spool.stop` ends it. */
  open(change?: Partial<SpoolOptions>): Promise<Spool>
  [Symbol.asyncDispose](): Promise<void>
}

/** A folder for spools that goes with the test. */
export function stage(parent = tmpdir()): Stage {
  const folder = mkdtempSync(join(parent, 'weir-spool-'))
  const losses = new Losses()
  const opened: Spool[] = []
  let epochs = 0
  return {
    folder,
    losses,
    async open(change = {}) {
      const newEpoch = () => `epoch-${++epochs}`
      const fixed = {
        folder,
        maxBytes: 64 * 1024 * 1024,
        cluster: 'lab',
        node: 'node-a',
        losses,
        log: silent,
        newEpoch,
      }
      const spool = new Spool({ ...fixed, ...change })
      opened.push(spool)
      await spool.start()
      return spool
    },
    async [Symbol.asyncDispose]() {
      for (const spool of opened) await spool.stop().catch(() => {})
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Takes everything that waits, as a server that says 200 to all. */
export async function drain(spool: Spool): Promise<{ readonly offer: Offer; readonly batch: Batch }[]> {
  const taken: { offer: Offer; batch: Batch }[] = []
  for (;;) {
    const offer = await spool.next()
    if (offer === undefined) return taken
    taken.push({ offer, batch: unpackBatch(offer.body) })
    await spool.settled(offer)
  }
}

export const bytesOf = (batch: Batch): number => batch.rows.bytesToResponder.reduce((sum, bytes) => sum + bytes, 0)
