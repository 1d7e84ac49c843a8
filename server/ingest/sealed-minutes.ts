import type { Minute } from '@weir/contract/units.ts'
import type { PairTable } from './pair-table.ts'
import { BALANCE_NODE, type Ledger, newBalances, type SealedMinute } from './seal.ts'

/** For this long after it was sealed a minute still takes late rows: the longest spool and the longest label. */
export const LATE_MINUTES = 24 * 60

/** More balances than this are not kept: the oldest minutes then close early. 40 bytes each. */
const MAX_BALANCES = 4_000_000

/** What is remembered of sealed minutes, so that late rows are counted exactly once. */
export class SealedMinutes {
  readonly #covered = new Map<Minute, Set<number>>()
  readonly #ledger = new Map<Minute, Map<number, Ledger>>()
  readonly #balances = new Map<Minute, PairTable>()
  #kept = 0
  /** Rows of minutes before this one come too late: what they would be set off against is forgotten. */
  #openFrom = Number.NEGATIVE_INFINITY

  get openFrom(): number {
    return this.#openFrom
  }

  isTooLate(minute: Minute): boolean {
    return minute < this.#openFrom
  }

  /** Whether the node had watched all of a sealed minute. */
  isCovered(minute: Minute, node: number): boolean {
    return this.#covered.get(minute)?.has(node) === true
  }

  /** Σ witness − Σ primary of a hop; way 0 is towards the responder, 1 towards the initiator. */
  balance(minute: Minute, near: number, far: number, way: number): number {
    const table = this.#balances.get(minute)
    const entry = table?.find(near, far) ?? -1
    return table === undefined || entry < 0 ? 0 : table.sum(entry, way)
  }

  hasBalances(minute: Minute): boolean {
    return (this.#balances.get(minute)?.count ?? 0) > 0
  }

  ledger(minute: Minute, node: number): Ledger | undefined {
    return this.#ledger.get(minute)?.get(node)
  }

  add(sealed: SealedMinute): void {
    const { minute } = sealed
    this.#covered.set(minute, new Set(sealed.covered))
    this.changeBalances(minute, sealed.balances)
    for (const [node, line] of sealed.ledger) if (line.counted === 'witness') this.setLedger(minute, node, line)
  }

  /** Adds differences to the balances of a minute. */
  changeBalances(minute: Minute, changes: PairTable): void {
    const table = this.#balances.get(minute)
    if (table === undefined) {
      this.#balances.set(minute, changes)
      this.#kept += changes.count
      return
    }
    const before = table.count
    for (let i = 0; i < changes.count; i++) {
      const entry = table.at(changes.a(i), changes.b(i))
      table.setWord(entry, BALANCE_NODE, changes.word(i, BALANCE_NODE))
      table.add(entry, 0, changes.sum(i, 0))
      table.add(entry, 1, changes.sum(i, 1))
    }
    this.#kept += table.count - before
  }

  setLedger(minute: Minute, node: number, line: Ledger): void {
    const lines = this.#ledger.get(minute) ?? new Map<number, Ledger>()
    this.#ledger.set(minute, lines.set(node, line))
  }

  /** What the store remembers, after a restart. */
  restoreCovered(minute: Minute, node: number): void {
    const nodes = this.#covered.get(minute) ?? new Set()
    this.#covered.set(minute, nodes.add(node))
  }

  restoreBalance(minute: Minute, node: number, near: number, far: number, bytes: readonly [number, number]): void {
    const one = newBalances()
    const entry = one.at(near, far)
    one.setWord(entry, BALANCE_NODE, node)
    for (const [way, amount] of bytes.entries()) one.add(entry, way, amount)
    this.changeBalances(minute, one)
  }

  /** Forgets what lies more than LATE_MINUTES before `sealedUntil`, and more where memory is short. */
  prune(sealedUntil: Minute): void {
    const openFrom = Math.max(this.#openFrom, sealedUntil - LATE_MINUTES)
    this.#forgetBefore(openFrom)
    while (this.#kept > MAX_BALANCES) {
      const oldest = Math.min(...this.#balances.keys())
      this.#forgetBefore(oldest + 1)
    }
  }

  #forgetBefore(openFrom: number): void {
    this.#openFrom = openFrom
    for (const minute of this.#covered.keys()) if (minute < openFrom) this.#covered.delete(minute)
    for (const minute of this.#ledger.keys()) if (minute < openFrom) this.#ledger.delete(minute)
    for (const [minute, table] of this.#balances)
      if (minute < openFrom) {
        this.#balances.delete(minute)
        this.#kept -= table.count
      }
  }
}
