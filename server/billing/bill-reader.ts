import type { Part } from '@weir/contract/parts.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Log } from '../log.ts'
import type { NamedRegion } from '../pricing/regions.ts'
import {
  type AnsweredDay,
  type BillExplorer,
  type CallOutcome,
  callOutcomes,
  ExplorerFailure,
  type Page,
} from './bill-explorer.ts'
import { type Plan, type PlanSettings, planNext } from './bill-plan.ts'
import type { BillStore } from './bill-store.ts'
import {
  type CallBook,
  callBegins,
  callEnded,
  callWithdrawn,
  chargedOn,
  emptyBook,
  type QuestionKind,
  questionAnswered,
  spentBook,
} from './calls.ts'
import { type BillScope, type CostFilter, scopeKey } from './cost-filter.ts'
import { dayText, startOfDay } from './months.ts'
import {
  emptyBill,
  nothingSetAside,
  reopened,
  type SetAside,
  type StoredBill,
  withCredits,
  withDays,
} from './stored-bill.ts'
import { expectedUsageTypes, SEARCH, usageTypesAmong } from './usage-types.ts'

export interface BillReaderOptions extends PlanSettings {
  readonly open: (signal: AbortSignal) => Promise<BillExplorer>
  readonly store: BillStore
  readonly regions: readonly NamedRegion[]
  readonly scope: BillScope
  readonly currency: string
  readonly now: () => EpochMs
  readonly log: Log
}

type Question = Exclude<Plan, { kind: 'wait' }>

/** The timer looks at the clock again at least this often: it may be set, and the machine may sleep. */
const LONGEST_WAIT_MS = 10 * 60_000

/** Reads the bill on schedule, within the calls of each day. What it has read and spent is on the disk. */
export class BillReader implements Part {
  readonly name = 'bill'
  bill: StoredBill
  calls: CallBook = emptyBook
  /** Since this process started: requests by what became of them, and what of the answers was not taken. */
  readonly outcomes: { [outcome in CallOutcome]?: number } = Object.fromEntries(
    callOutcomes.map(outcome => [outcome, 0]),
  )
  readonly setAside: { -readonly [reason in keyof SetAside]: number } = { ...nothingSetAside }
  /** What each question's last call failed with. */
  readonly #problems = new Map<QuestionKind, string>()
  readonly #options: BillReaderOptions
  readonly #stopping = new AbortController()
  #explorer: Promise<BillExplorer> | undefined
  #resumeFrom: string | undefined
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(options: BillReaderOptions) {
    this.#options = options
    this.bill = emptyBill(scopeKey(options.scope, options.regions))
  }

  /** Why the last call of a question brought no answer, in words. */
  get problem(): string | undefined {
    const problems = new Set(this.#problems.values())
    return problems.size === 0 ? undefined : [...problems].join('; ')
  }

  async start(): Promise<void> {
    this.recover()
    this.#run()
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#stopping.abort()
    await this.#running
    const explorer = await this.#explorer?.catch(() => undefined)
    explorer?.close()
  }

  /** Takes up what earlier processes have read and spent. */
  recover(): void {
    const { store, now, callsPerDay, log } = this.#options
    const calls = store.calls.read()
    this.calls = calls.content ?? emptyBook
    if (calls.damage !== undefined) {
      log('warning', this.name, `${calls.damage}; the calls of today are taken as used up`)
      this.calls = spentBook(now(), callsPerDay)
      store.calls.write(this.calls)
    }
    const bill = store.bill.read()
    if (bill.damage !== undefined) log('warning', this.name, `${bill.damage}; the bill is read anew`)
    const { content } = bill
    if (content?.scope === this.bill.scope) {
      this.bill = content
      return
    }
    if (content !== undefined) {
      log('warning', this.name, 'the bill kept is of another scope and is read anew', { kept: content.scope })
      this.bill = reopened(content, this.bill.scope)
    }
    // What was asked was asked of another bill.
    this.calls = { ...this.calls, answeredAt: {} }
  }

  /** Asks what is due, if anything is; resolves with what the plan is after that. */
  async step(): Promise<Plan> {
    const plan = this.#plan()
    if (plan.kind === 'wait') return plan
    try {
      await this.#ask(plan)
    } catch (error) {
      if (!(error instanceof ExplorerFailure)) throw error
      const why = `${error.kind}: ${error.message}`
      this.#problems.set(plan.kind, why)
      this.#options.log('warning', this.name, 'Cost Explorer did not answer', { asked: plan.kind, why })
    }
    return this.#plan()
  }

  #plan(): Plan {
    const { callsPerDay, refreshMs, now } = this.#options
    return planNext(this.bill, this.calls, { callsPerDay, refreshMs }, now(), this.#resumeFrom)
  }

  #run(): void {
    this.#running = this.step()
      .catch((error: unknown): Plan => {
        // The disk: nothing is asked until what is spent can be written.
        this.#options.log('error', this.name, 'the bill could not be kept', { why: String(error) })
        return { kind: 'wait', until: this.#options.now(), why: 'after a failure' }
      })
      .then(plan => {
        if (this.#stopping.signal.aborted) return
        const wait = plan.kind === 'wait' ? Math.max(plan.until - this.#options.now(), 60_000) : 0
        this.#timer = setTimeout(() => this.#run(), Math.min(wait, LONGEST_WAIT_MS))
      })
  }

  async #ask(question: Question): Promise<void> {
    const { regions, currency, now } = this.#options
    const { range, kind } = question
    switch (kind) {
      case 'usage types': {
        const { items } = await this.#pages(kind, (explorer, token) => explorer.usageTypes(range, SEARCH, token))
        const found = usageTypesAmong(items, regions)
        if (found.length === 0)
          this.#options.log(
            'warning',
            this.name,
            'the bill has no usage type of transfer across zones of these regions',
            {
              regions: regions.map(({ region }) => region),
            },
          )
        // Names do not go away; an answer that was cut does not have all of them.
        this.#keep({ ...this.bill, usageTypes: [...new Set([...(this.bill.usageTypes ?? []), ...found])].sort() })
        break
      }
      case 'usage': {
        const filter = this.#filter({ Dimensions: { Key: 'RECORD_TYPE', Values: ['Usage'] } })
        const { items, isCut } = await this.#pages(kind, (explorer, token) => explorer.usage(range, filter, token))
        // Of a cut answer the last day may have more rows on the page that was not asked for.
        const last = items.at(-1)?.day
        const whole = isCut ? items.filter(({ day }) => day !== last) : items
        this.#resumeFrom = isCut ? last : undefined
        this.#take(withDays(this.bill, whole, now(), currency))
        if (isCut) return
        break
      }
      case 'credits': {
        const filter = this.#filter({ Not: { Dimensions: { Key: 'RECORD_TYPE', Values: ['Usage'] } } })
        const { items, isCut } = await this.#pages(kind, (explorer, token) => explorer.records(range, filter, token))
        if (isCut) return
        this.#take(withCredits(this.bill, items, range, currency))
        break
      }
    }
    this.calls = questionAnswered(this.calls, kind, now())
    this.#options.store.calls.write(this.calls)
  }

  #take({ taken, setAside }: { readonly taken: StoredBill; readonly setAside: readonly (keyof SetAside)[] }): void {
    for (const reason of setAside) this.setAside[reason]++
    if (setAside.length > 0)
      this.#options.log('warning', this.name, 'rows of the bill were set aside', { reasons: setAside })
    this.#keep(taken)
  }

  #keep(bill: StoredBill): void {
    this.#options.store.bill.write(bill)
    this.bill = bill
  }

  #filter(records: CostFilter): CostFilter {
    const { regions, scope } = this.#options
    const known = this.bill.usageTypes ?? []
    const Values = [...new Set([...known, ...expectedUsageTypes(regions)])]
    return {
      And: [
        { Dimensions: { Key: 'USAGE_TYPE', Values } },
        records,
        ...(scope.accounts.length === 0
          ? []
          : [{ Dimensions: { Key: 'LINKED_ACCOUNT', Values: scope.accounts } } as const]),
        ...(scope.filter === undefined ? [] : [scope.filter]),
      ],
    }
  }

  /** All pages, each a call of its own, while there are calls left. */
  async #pages<T extends string | AnsweredDay>(
    kind: QuestionKind,
    ask: (explorer: BillExplorer, token?: string) => Promise<Page<T>>,
  ): Promise<{ readonly items: readonly T[]; readonly isCut: boolean }> {
    this.#explorer ??= this.#options.open(this.#stopping.signal)
    const explorer = await this.#explorer
    const items: T[] = []
    let token: string | undefined
    for (;;) {
      const page = await this.#call(kind, () => ask(explorer, token))
      items.push(...page.items)
      token = page.next
      if (token === undefined) return { items, isCut: false }
      if (chargedOn(this.calls, dayText(startOfDay(this.#options.now()))) >= this.#options.callsPerDay)
        return { items, isCut: true }
    }
  }

  /** One request, on the books before it is sent. */
  async #call<T>(kind: QuestionKind, ask: () => Promise<T>): Promise<T> {
    const { store, now } = this.#options
    const at = now()
    this.calls = callBegins(this.calls, at)
    store.calls.write(this.calls)
    try {
      const answer = await ask()
      this.calls = callEnded(this.calls, kind, at, 'answered')
      this.#count('answered')
      this.#problems.delete(kind)
      return answer
    } catch (error) {
      const failure = error instanceof ExplorerFailure ? error.kind : 'unanswered'
      this.#count(failure)
      if (failure === 'no credentials') this.calls = callWithdrawn(this.calls, kind, at)
      else this.calls = callEnded(this.calls, kind, at, failure === 'unanswered' ? 'unanswered' : 'refused')
      throw error
    } finally {
      store.calls.write(this.calls)
    }
  }

  #count(outcome: CallOutcome): void {
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1
  }
}
