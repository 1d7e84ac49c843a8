import type { Plural } from './kinds.ts'

/** What can go wrong with a request before, or instead of, its answer. */
export type Fault =
  /** An error as the API server says it. */
  | { readonly kind: 'status'; readonly code: number; readonly retryAfterSeconds?: number }
  /** RST instead of an answer. */
  | { readonly kind: 'reset' }
  /** Taken, never answered. */
  | { readonly kind: 'silence' }
  /** A watch that opens and then says nothing, whatever happens. */
  | { readonly kind: 'mute' }
  /** The body comes in pieces of so many bytes, with a turn of the event loop between them. */
  | { readonly kind: 'slow'; readonly chunkBytes: number }
  /** The body breaks off in the middle. */
  | { readonly kind: 'half' }
  /** 200 and a page of somebody else, as from a captive proxy. */
  | { readonly kind: 'html' }

export type Verb = 'list' | 'watch' | 'review'

/** Which requests: left out is any. */
export interface Target {
  readonly plural?: Plural
  readonly verb?: Verb
  /** Only pages after the first. */
  readonly continued?: boolean
}

interface Rule {
  readonly target: Target
  readonly fault: Fault
  left: number
}

/** The list of faults to come. */
export class Faults {
  readonly #rules: Rule[] = []

  /** The next `times` requests that fit fail so. Returns the function that ends it sooner. */
  add(target: Target, fault: Fault, times = 1): () => void {
    const rule = { target, fault, left: times }
    this.#rules.push(rule)
    return () => {
      rule.left = 0
    }
  }

  /** The fault for this request; it is used up by one. */
  take(plural: Plural | undefined, verb: Verb, isContinued: boolean): Fault | undefined {
    const rule = this.#rules.find(
      ({ target, left }) =>
        left > 0 &&
        (target.plural ?? plural) === plural &&
        (target.verb ?? verb) === verb &&
        (target.continued ?? isContinued) === isContinued,
    )
    if (rule !== undefined) rule.left--
    return rule?.fault
  }
}
