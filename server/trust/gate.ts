import type { IncomingMessage } from 'node:http'
import {
  type Authenticate,
  type Denial,
  type DenialReason,
  denialReasons,
  type Identity,
  type Role,
  unauthorised,
  unverified,
} from './authenticate.ts'
import { peerCertificateOf } from './peer-certificate.ts'
import { type Rate, RateLimit } from './rate-limit.ts'

/** What agents come for. */
export type Errand = 'batch' | 'question' | 'poll' | 'flow logs'

/**
 * Far above what an agent needs: a batch per window (10 s, at least 1 s), a question per window, a poll per change of
 * the directory. After an outage an agent sends hours of windows: ten a second empty a spool of two hours in a minute.
 */
const rates: { readonly [errand in Errand]: Rate } = {
  batch: { burst: 200, perSecond: 10 },
  question: { burst: 60, perSecond: 5 },
  poll: { burst: 100, perSecond: 10 },
  // One reader, which may have weeks to catch up on.
  'flow logs': { burst: 200, perSecond: 50 },
}

export interface GateOptions {
  readonly authenticate: Authenticate
  readonly now: () => number
  readonly log: (line: string) => void
}

/** The one door for agents: who they are, that they speak for themselves only, how often they come, and who was sent away. */
export class Gate {
  readonly denials: { [reason in DenialReason]: number }
  readonly #authenticate: Authenticate
  readonly #log: (line: string) => void
  readonly #limits: { readonly [errand in Errand]: RateLimit }

  constructor({ authenticate, now, log }: GateOptions) {
    this.#authenticate = authenticate
    this.#log = log
    this.#limits = {
      batch: new RateLimit(rates.batch, now),
      question: new RateLimit(rates.question, now),
      poll: new RateLimit(rates.poll, now),
      'flow logs': new RateLimit(rates['flow logs'], now),
    }
    this.denials = Object.fromEntries(denialReasons.map(reason => [reason, 0])) as Gate['denials'] // all reasons are there
  }

  /**
   * Who sent the request, from its headers and its connection: the body is not read for strangers. Who is a reader only
   * (or an agent only) has no other business. A node that is proven
   * is held to its rates; one that is only asserted could take another name with every request.
   */
  async admit(request: IncomingMessage, errand: Errand): Promise<Identity | Denial> {
    const found = await this.#ask(request)
    if ('reason' in found) return this.#denied(found)
    const { cluster = '', node, role } = found
    const wanted: Role = errand === 'flow logs' ? 'reader' : 'agent'
    if (role !== undefined && role !== wanted) {
      const detail = `the credential is ${role === 'agent' ? "an agent's" : 'that of a reader of flow logs'}: it is of no use here`
      return this.#denied(unauthorised('other service account', detail))
    }
    const wait = node === undefined ? 0 : this.#limits[errand].take(`${cluster}/${node}`)
    if (wait === 0) return found
    const { burst, perSecond } = rates[errand]
    const detail = `node ${node}: at most ${perSecond} requests of this kind a second, and ${burst} at once`
    return this.#denied({ code: 'busy', reason: 'too many requests', detail, retryAfterS: wait })
  }

  /**
   * 403 when a request speaks for another cluster or node than its credential; undefined when it may. A reader of flow
   * logs speaks for a cluster only: it names no node.
   */
  foreign(identity: Identity, cluster: string, node = identity.node ?? ''): Denial | undefined {
    const proven = { cluster: identity.cluster ?? cluster, node: identity.node ?? node }
    if (proven.cluster === cluster && proven.node === node) return undefined
    const reason = proven.cluster === cluster ? 'other node' : 'other cluster'
    const detail = `the credential is of ${proven.cluster}/${proven.node}, the request of ${cluster}/${node}`
    return this.#denied({ code: 'foreign', reason, detail })
  }

  async #ask(request: IncomingMessage): Promise<Identity | Denial> {
    try {
      return await this.#authenticate({
        headers: request.headers,
        get peerCertificate() {
          return peerCertificateOf(request.socket)
        },
      })
    } catch (error) {
      // A bug of ours keeps the door shut, and the agent its batch.
      this.#log(`an agent could not be checked: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
      return unverified('the server failed to check this credential', 5)
    }
  }

  #denied(denial: Denial): Denial {
    this.denials[denial.reason]++
    return denial
  }
}
