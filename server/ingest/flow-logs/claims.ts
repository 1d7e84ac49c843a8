import { type Minute, minute } from '@weir/contract/units.ts'
import type { Claim } from '../../store/flow-store.ts'

/** Interfaces are claimed for so many minutes at a time: as long as a record may be, and twice as long as a file. */
const SLOT_MINUTES = 10
/** A silence of an interface up to this long is its flow log's as well: there was nothing to tell. */
const BRIDGED_MINUTES = 60
/** A flow log that tells more is waited for after its last claim: files come about that late. */
const EXPECTED_MINUTES = 10
/** More than so many are not kept: about 150 bytes each. */
const MOST = 1_000_000

/** In place of a flow log: what goes to the gateway was told from routes (nat-hops.ts). */
export const ROUTES = 'routes'

type Span = { flowLog: string; from: number; to: number }

/**
 * Which flow log counts of an interface, when. Several may log the same interface (of its VPC, its subnet, its own, to
 * several places): each holds the same records, so the first that brings any claims the minutes around them.
 */
export class Claims {
  /** By interface, in the order of time. */
  readonly #spans = new Map<string, Span[]>()
  readonly #most: number
  #count = 0

  constructor(most = MOST) {
    this.#most = most
  }

  get count(): number {
    return this.#count
  }

  /** The flow log that has claimed the interface at that minute. */
  ownerAt(name: string, at: number): string | undefined {
    return this.#spans.get(name)?.findLast(({ from, to }) => from <= at && at < to)?.flowLog
  }

  /** The flow log that had the interface until shortly before that minute. */
  ownerBefore(name: string, at: number): string | undefined {
    const before = this.#spans.get(name)?.findLast(({ to }) => to <= at)
    return before !== undefined && at - before.to <= EXPECTED_MINUTES ? before.flowLog : undefined
  }

  /** Claims never overlap. */
  add({ interface: name, flowLog, from, to }: Claim): void {
    const spans = this.#spans.get(name) ?? []
    this.#spans.set(name, spans)
    const at = spans.findLastIndex(span => span.from <= from) + 1
    const [before, after] = [spans[at - 1], spans[at]]
    const goesOn = before?.flowLog === flowLog && from - before.to <= BRIDGED_MINUTES
    const leadsTo = after?.flowLog === flowLog && after.from - to <= BRIDGED_MINUTES
    if (goesOn) before.to = leadsTo ? after.to : Math.max(before.to, to)
    else if (leadsTo) after.from = from
    else spans.splice(at, 0, { flowLog, from, to })
    if (goesOn && leadsTo) spans.splice(at, 1)
    this.#count += goesOn && leadsTo ? -1 : goesOn || leadsTo ? 0 : 1
    if (this.#count > this.#most) this.#forgetOldest()
  }

  /** Interfaces that have been silent longest are those of machines that are gone. */
  #forgetOldest(): void {
    const ends = Array.from(this.#spans, ([name, spans]) => ({ name, end: spans.at(-1)?.to ?? 0 }))
    ends.sort((a, b) => a.end - b.end)
    for (const { name } of ends.slice(0, Math.ceil(ends.length / 10))) {
      this.#count -= this.#spans.get(name)?.length ?? 0
      this.#spans.delete(name)
    }
  }
}

/** What one batch claims for its flow log. Nothing is done until `apply`. */
export class ClaimStep {
  readonly #claims: Claims
  readonly #flowLog: string
  readonly #tellsMore: (other: string) => boolean
  /** By interface and slot. */
  readonly #known = new Map<string, boolean>()
  readonly #made: Claim[] = []

  /** @param tellsMore whether another flow log's records say more than this one's: then it is given time to come. */
  constructor(claims: Claims, flowLog: string, tellsMore: (other: string) => boolean) {
    this.#claims = claims
    this.#flowLog = flowLog
    this.#tellsMore = tellsMore
  }

  /** Whether this flow log's records of the interface count at that minute. */
  has(name: string, at: Minute): boolean {
    const from = at - (at % SLOT_MINUTES)
    const key = `${name} ${from}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const has = this.#claim(name, from)
    this.#known.set(key, has)
    return has
  }

  /** What goes to the gateway was told from routes then. */
  isByRoutes(gateway: string, at: Minute): boolean {
    return this.#claims.ownerAt(gateway, at) === ROUTES
  }

  get made(): readonly Claim[] {
    return this.#made
  }

  apply(): void {
    for (const claim of this.#made) this.#claims.add(claim)
  }

  #claim(name: string, from: number): boolean {
    const owner = this.#claims.ownerAt(name, from)
    if (owner !== undefined) return owner === this.#flowLog
    const expected = this.#claims.ownerBefore(name, from)
    if (expected !== undefined && expected !== this.#flowLog && this.#tellsMore(expected)) return false
    this.#made.push({
      ...{ interface: name, flowLog: this.#flowLog },
      ...{ from: minute(from), to: minute(from + SLOT_MINUTES) },
    })
    return true
  }
}
