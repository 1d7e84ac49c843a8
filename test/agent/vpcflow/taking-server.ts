import { decodeFlowLogBatch } from '@weir/contract/flow-log-codec.ts'
import type { FlowLogBatch, LeaseRequest, ObjectsQuestion, ReaderReport } from '@weir/contract/flow-log-wire.ts'
import { inflate } from '../../../agent/uplink/compress.ts'
import { type FakeServer, fakeServer, type Heard, type Say } from '../uplink/fake-server.ts'

/** The server's three routes over a ledger in memory: what is committed of each object, and every batch it took. */
export class TakingServer implements AsyncDisposable {
  readonly batches: FlowLogBatch[] = []
  readonly reports: ReaderReport[] = []
  readonly ledger = new Map<string, { records: number; isDone: boolean }>()
  /** Who holds the lease; another reader is told to wait. */
  holder: string | undefined
  expiresInMs = 60_000
  /** What to say instead, one per request, as long as there are any. */
  readonly instead: ((heard: Heard) => Say | undefined)[] = []
  #fake: FakeServer | undefined
  #leases = 0

  static async listen(): Promise<TakingServer> {
    const made = new TakingServer()
    made.#fake = await fakeServer(heard => made.#instead(heard) ?? made.#answer(heard))
    return made
  }

  get url(): string {
    return this.#fake?.url ?? ''
  }

  get heard(): readonly Heard[] {
    return this.#fake?.heard ?? []
  }

  /** Resolves once that many batches were taken. */
  async taken(count: number): Promise<void> {
    while (this.batches.length < count) await this.#fake?.heardAtLeast(this.heard.length + 1)
  }

  /** Objects in the order they were finished. */
  get done(): readonly string[] {
    return this.batches.filter(({ records }) => records.isLast).map(({ object }) => object)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fake?.[Symbol.asyncDispose]()
  }

  #instead(heard: Heard): Say | undefined {
    const [first] = this.instead
    const say = first?.(heard)
    if (say !== undefined) this.instead.shift()
    return say
  }

  #answer({ path, body }: Heard): Say {
    switch (path) {
      case '/agent/v1/flow-logs/lease':
        return this.#lease(JSON.parse(body.toString()))
      case '/agent/v1/flow-logs/objects': {
        const { objects }: ObjectsQuestion = JSON.parse(body.toString())
        if (objects.length > 1_000) return { status: 400 }
        return {
          status: 200,
          body: { objects: objects.map(id => this.ledger.get(id) ?? { records: 0, isDone: false }) },
        }
      }
      case '/agent/v1/flow-logs/batches':
        return this.#batch(body)
      default:
        return { status: 404 }
    }
  }

  #lease({ reader, report, takesOver }: LeaseRequest): Say {
    this.reports.push(report)
    if (takesOver === true && this.holder !== reader) this.holder = undefined
    if (this.holder !== undefined && this.holder !== reader) return { status: 409, body: { code: 'busy', detail: '' } }
    if (this.holder === undefined) this.#leases++
    this.holder = reader
    return { status: 200, body: { lease: `lease-${this.#leases}`, expiresInMs: this.expiresInMs } }
  }

  #batch(body: Buffer): Say {
    const decoded = decodeFlowLogBatch(inflate(body, 64 * 1024 * 1024))
    if (!decoded.ok) return { status: 400, body: { code: 'malformed', detail: decoded.detail } }
    const { batch } = decoded
    if (batch.lease !== `lease-${this.#leases}`) return { status: 409, body: { code: 'busy', detail: 'no lease' } }
    const entry = this.ledger.get(batch.object) ?? { records: 0, isDone: false }
    if (batch.records.from > entry.records) return { status: 409, body: { code: 'busy', detail: 'a gap' } }
    const isOld = batch.records.to < entry.records || (batch.records.to === entry.records && entry.isDone)
    if (!isOld) {
      this.batches.push(batch)
      this.ledger.set(batch.object, { records: batch.records.to, isDone: batch.records.isLast })
    }
    return { status: 200, body: { records: Math.max(entry.records, batch.records.to), duplicate: isOld } }
  }
}
