import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeBatch } from '@weir/contract/batch-codec.ts'
import { encodeFlowLogBatch } from '@weir/contract/flow-log-codec.ts'
import { type EpochMs, epochMs, MINUTE_MS, minuteOf } from '@weir/contract/units.ts'
import { WIRE_VERSION } from '@weir/contract/version.ts'
import { SeriesCatalogue } from '../../server/answers/catalogue.ts'
import { costRoutes } from '../../server/api/cost-routes.ts'
import type { BillBook } from '../../server/billing/bill-book.ts'
import { createCosts } from '../../server/costs.ts'
import { dashboardRoutes } from '../../server/dashboard.ts'
import { listAround } from '../../server/directory/aws/around.ts'
import { farGatewayOf } from '../../server/directory/far-gateway.ts'
import { createDirectory } from '../../server/directory/label-directory.ts'
import { VpcIndex } from '../../server/directory/vpc-index.ts'
import { createListener, dashboardApp } from '../../server/http.ts'
import { createIngest } from '../../server/ingest/ingest.ts'
import { EmbeddedStore } from '../../server/store/embedded/embedded-store.ts'
import { openDoor } from '../server/access/people.ts'
import { batchOf, type TestBatch } from '../server/ingest/batches.ts'
import { type LogRow, logBatchOf, readerReport } from '../server/ingest/flow-logs/reader.ts'
import { M0 } from '../server/ingest/stage.ts'
import { gateOf } from '../server/trust/gates.ts'
import { CLUSTER, listingOf, vpcsOf } from './town.ts'
import type { Truth } from './truth.ts'

export interface MonthServer extends AsyncDisposable {
  now: EpochMs
  /** The agents' batches of a minute that ends now. */
  report(batches: readonly Pick<TestBatch, 'node' | 'rows'>[]): Promise<void>
  /** Flow logs of that minute, a while later. */
  log(rows: readonly LogRow[]): Promise<void>
  /** What a minute a day does in a running server. */
  upkeep(): Promise<void>
  seal(): Promise<void>
  ask<T>(path: string): Promise<T>
  text(path: string): Promise<string>
}

/** The server's real parts on a store of their own, with a clock that is set by hand, and its API over HTTP. */
export async function startMonth(truth: Truth, bills: BillBook, vpcs = vpcsOf(truth)): Promise<MonthServer> {
  const map = new VpcIndex(vpcs)
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-month-'))
  const fail = (error: Error): never => {
    throw error
  }
  const store = new EmbeddedStore({
    directory: dataDir,
    onBroken: fail,
    memoryLimit: '512MB',
    commitEveryMs: 0,
    retention: { minutesForHours: 48, hoursForDays: 90, daysForYears: 3 },
  })
  const recovered = await store.start()
  const directory = createDirectory({ instance: 'month', log: () => {} })
  directory.open()
  const begin = epochMs(Date.parse(`${truth.month}-01T00:00Z`))
  directory.apply(listingOf(truth), begin)
  directory.mapVpcs(CLUSTER, listAround(vpcs, directory.nodeAddresses(CLUSTER)).listed, begin)
  let now = begin
  const clock = () => now
  const ingest = createIngest({
    store,
    recovered: () => recovered,
    directory,
    gate: gateOf(),
    now: clock,
    log: line => fail(new Error(line)),
    sealAfterMs: 15 * MINUTE_MS,
    sealEveryMs: 2 ** 31 - 1, // the test says when
    interfaces: map,
    farGatewayOf: address => farGatewayOf(map, address),
  })
  await ingest.part.start()
  const catalogue = new SeriesCatalogue(store)
  const costs = createCosts({
    store,
    catalogue,
    directory,
    ingest,
    bills,
    cluster: CLUSTER,
    bytesPerGb: 2 ** 30,
    currency: 'USD',
    billedSides: new Map(),
    accounts: [],
    labelKeys: [],
    now: clock,
  })
  const access = openDoor()
  const served = dashboardRoutes({
    access,
    routes: costRoutes(costs, clock),
    writes: [],
    version: '0.0.0',
    webDir: '/nowhere',
    readiness: () => ({ ready: true, reasons: [] }),
    now: clock,
    log: () => {},
    onBadQuery: () => {},
  })
  const app = dashboardApp(served, { access, now: clock, onRefused: () => {} }, () => {})
  const listener = createListener('dashboard', { host: '127.0.0.1', port: 0 }, app, () => {})
  await listener.start()
  const get = async (path: string): Promise<Response> => {
    const response = await fetch(`http://127.0.0.1:${listener.port()}/api/v1${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
  let sequence = 0
  async function seal(): Promise<void> {
    let before: number | null
    do {
      before = ingest.sealedUntil()
      await ingest.sealNow()
    } while (ingest.sealedUntil() !== before)
  }
  const server: MonthServer = {
    get now() {
      return now
    },
    set now(at) {
      now = at
      directory.advance(CLUSTER, at)
    },
    async report(batches) {
      sequence++
      const window = { from: now - MINUTE_MS, to: now }
      const answers = await Promise.all(
        batches.map(batch =>
          ingest.take({
            body: encodeBatch(
              batchOf({ cluster: CLUSTER, epoch: `epoch-${batch.node}`, sequence, ...window, ...batch }),
            ),
            encoding: 'identity',
            identity: { identity: 'asserted' },
            receivedAt: now,
            sentAt: undefined,
            oldestSequence: undefined,
          }),
        ),
      )
      for (const answer of answers) if (!answer.ok) throw new Error(answer.refusal.detail)
    },
    async log(rows) {
      const minute = minuteOf(now) - 1
      server.now = epochMs(now + 20 * MINUTE_MS)
      await seal()
      const { desk } = ingest.flowLogs
      const request = { version: WIRE_VERSION, cluster: CLUSTER, reader: 'reader-1', report: readerReport() }
      const lease = desk.lease(JSON.stringify(request), { identity: 'asserted' }, now)
      if (!lease.ok) throw new Error(lease.refusal.detail)
      const batch = logBatchOf({
        cluster: CLUSTER,
        lease: lease.value.lease,
        object: `s3://logs/${minute}.log.gz#1`,
        rows: rows.map(row => ({ ...row, at: minute - M0 })),
      })
      const answer = await desk.take(encodeFlowLogBatch(batch), 'identity', { identity: 'asserted' }, now)
      if (!answer.ok) throw new Error(answer.refusal.detail)
    },
    async upkeep() {
      await store.maintain(now)
    },
    seal,
    ask: async <T>(path: string) => (await (await get(path)).json()) as T, // schemas are tested elsewhere
    text: async path => (await get(path)).text(),
    async [Symbol.asyncDispose]() {
      await listener.stop()
      await ingest.part.stop()
      await store.stop()
      directory.close()
      await rm(dataDir, { recursive: true })
    },
  }
  return server
}
