import type { Clock } from '../kubernetes/clock.ts'
import { type Ec2Call, Ec2Failure, ec2Calls, type FailureKind, failureKinds, type Page } from './ec2.ts'

/** Requests to EC2 by call and by what became of each; they only grow. */
export type CallCounts = { readonly [call in Ec2Call]: { readonly [result in 'ok' | FailureKind]: number } }

/** A bucket of EC2 fills within seconds (facts: EC2 API throttling): six tries take up to a minute. */
const MOST_TRIES = 6
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 20_000
/** A next token that never ends would keep us asking: a VPC has at most 250,000 interfaces, 1,000 a page. */
const MOST_PAGES = 1_000

/** Reads all pages of a call, each tried again while that may help, at the pace that EC2 asks for. */
export class Pages {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #counts: { [call in Ec2Call]: { [result in 'ok' | FailureKind]: number } }

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
    const none = () => ({ ok: 0, ...byKind(failureKinds) })
    const [zones, subnets, interfaces, routes, gateways, prefixes, logs] = ec2Calls
    this.#counts = {
      [zones]: none(),
      [subnets]: none(),
      [interfaces]: none(),
      [routes]: none(),
      [gateways]: none(),
      [prefixes]: none(),
      [logs]: none(),
    }
  }

  get counts(): CallCounts {
    return this.#counts
  }

  /** Everything, or why not all of it could be had. */
  async all<T>(call: Ec2Call, ask: (page: string | undefined) => Promise<Page<T>>): Promise<readonly T[] | Ec2Failure> {
    const items: T[] = []
    let next: string | undefined
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const answer = await this.#page(call, () => ask(next))
      if (answer instanceof Ec2Failure) return answer
      items.push(...answer.items)
      next = answer.next
      if (next === undefined) return items
    }
    return new Ec2Failure('refused', `${call} had more than ${MOST_PAGES} pages`)
  }

  async #page<T>(call: Ec2Call, ask: () => Promise<Page<T>>): Promise<Page<T> | Ec2Failure> {
    for (let tries = 1; ; tries++) {
      try {
        const answer = await ask()
        this.#counts[call].ok++
        return answer
      } catch (error) {
        if (!(error instanceof Ec2Failure)) throw error
        this.#counts[call][error.kind]++
        const passes = error.kind === 'throttled' || error.kind === 'unreachable'
        if (!passes || tries === MOST_TRIES || this.#signal.aborted) return error
      }
      const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries)
      await this.#clock.sleep(most * (0.5 + this.#clock.random() / 2), this.#signal)
    }
  }
}

function byKind(kinds: typeof failureKinds): { [kind in FailureKind]: number } {
  const [throttled, unreachable, denied, credentials, refused] = kinds
  return { [throttled]: 0, [unreachable]: 0, [denied]: 0, [credentials]: 0, [refused]: 0 }
}
