import { encodeBatch } from '@weir/contract/batch-codec.ts'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { Interfaces } from '../../../server/ingest/flow-logs/loggers.ts'
import { createIngest, type Ingest } from '../../../server/ingest/ingest.ts'
import type { Answer } from '../../../server/ingest/intake.ts'
import type { FarGatewayOf } from '../../../server/ingest/nat-hops.ts'
import { gateOf } from '../trust/gates.ts'
import { batchOf, type TestBatch } from './batches.ts'
import { type FactRow, MemoryStore } from './memory-store.ts'
import { TestTown } from './test-town.ts'

/** A whole minute, and its number. */
export const T0 = 1_700_000_040_000
export const M0 = T0 / MINUTE_MS
const SEAL_AFTER = 15 * MINUTE_MS

/** Ingest on a store of arrays, with a clock that is set by hand. Time in tests is seconds since T0. */
export class Stage {
  readonly store = new MemoryStore()
  readonly town = new TestTown()
  /** Long enough after the start that only agents and age decide what is sealed. */
  now = T0
  /** What EC2 says of interfaces; to be set before the start. */
  interfaces: Interfaces | undefined
  /** What its routes say of the way to the internet; to be set before the start. */
  farGatewayOf: FarGatewayOf | undefined
  /** Set to an empty list by tests that expect something to be logged. */
  logged: string[] | undefined
  #ingest: Ingest | undefined
  #startedAt = T0
  #sequences = new Map<string, number>()

  get ingest(): Ingest {
    if (this.#ingest === undefined) throw new Error('start the stage first')
    return this.#ingest
  }

  /** Starts, or starts anew on what is stored, as after a crash. */
  async start(): Promise<this> {
    // Only ends its timer: what it had in memory is not saved anywhere.
    await this.#ingest?.part.stop()
    const recovered = await this.store.start()
    this.#ingest = createIngest({
      store: this.store,
      recovered: () => recovered,
      directory: this.town,
      gate: gateOf(),
      now: () => this.now,
      log: line => {
        if (this.logged === undefined) throw new Error(line)
        this.logged.push(line)
      },
      sealAfterMs: SEAL_AFTER,
      ...(this.interfaces !== undefined && { interfaces: this.interfaces }),
      ...(this.farGatewayOf !== undefined && { farGatewayOf: this.farGatewayOf }),
      sealEveryMs: 2 ** 31 - 1, // tests say when
    })
    await this.#ingest.part.start()
    this.#startedAt = this.now
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ingest?.part.stop()
  }

  /** Offers a batch; seconds since T0, and the next sequence of its node, where not said otherwise. */
  async offer(batch: TestBatch, clock?: { readonly sentAt: number; readonly aheadAtMost: number }): Promise<Answer> {
    const key = `${batch.node ?? 'a1'}/${batch.epoch ?? ''}`
    const sequence = batch.sequence ?? (this.#sequences.get(key) ?? 0) + 1
    if (batch.sequence === undefined) this.#sequences.set(key, sequence)
    this.now = Math.max(this.now, T0 + batch.to * 1000)
    return this.ingest.take({
      body: encodeBatch(batchOf({ ...batch, sequence, from: T0 + batch.from * 1000, to: T0 + batch.to * 1000 })),
      encoding: 'identity',
      identity: { identity: 'asserted' },
      receivedAt: epochMs(this.now),
      sentAt: clock?.sentAt,
      clockAheadAtMost: clock?.aheadAtMost,
      oldestSequence: undefined,
    })
  }

  /** Lets enough uptime pass that minutes 0 to `minutes` - 1 (or more) are sealed by age, whatever agents say. */
  async seal(minutes: number): Promise<void> {
    this.now = Math.max(this.now, T0 + minutes * MINUTE_MS + SEAL_AFTER, this.#startedAt + SEAL_AFTER)
    // A long backlog is sealed in strides.
    let before: number | null
    do {
      before = this.ingest.sealedUntil()
      await this.ingest.sealNow()
    } while (this.ingest.sealedUntil() !== before)
  }

  /** Sum of what counts, towards the responder and towards the initiator. */
  total(where: (fact: FactRow) => boolean = () => true): [number, number] {
    const facts = this.store.facts.filter(where)
    return [sum(facts, 'bytesToResponder'), sum(facts, 'bytesToInitiator')]
  }
}

export const sum = (facts: readonly FactRow[], name: Exclude<keyof FactRow, 'series'>): number =>
  facts.reduce((total, fact) => total + fact[name], 0)
