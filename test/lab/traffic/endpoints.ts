import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Lab } from '../lab.ts'
import type { Order, Outcome, Reply } from './orders.ts'

/** An order under way. */
export interface Job {
  readonly outcome: Promise<Outcome>
  /** Ends an endless order; its outcome then resolves. */
  stop(): void
}

/** The endpoints of a lab, by the key of their namespace; each is started when it is first needed. */
export class Endpoints {
  readonly #lab: Lab
  readonly #running = new Map<string, Endpoint>()

  constructor(lab: Lab) {
    this.#lab = lab
    lab.room.onClose(() => {
      for (const endpoint of this.#running.values()) endpoint.end()
    })
  }

  /** Makes a namespace answer on ports. */
  async listen(key: string, ports: readonly number[]): Promise<void> {
    await this.#at(key).tell({ kind: 'listen', ports }).outcome
  }

  start(key: string, order: Order): Job {
    return this.#at(key).tell(order)
  }

  /** Carries out an order that ends by itself. @throws Error when any of it failed. */
  async do(key: string, order: Order): Promise<Outcome> {
    const outcome = await this.start(key, order).outcome
    if (outcome.failed > 0)
      throw new Error(`${order.kind} from ${key}: ${outcome.failed} failed, the first with: ${outcome.failure}`)
    return outcome
  }

  #at(key: string): Endpoint {
    const known = this.#running.get(key)
    if (known !== undefined) return known
    const endpoint = new Endpoint(key, this.#lab.namespace(key))
    this.#running.set(key, endpoint)
    return endpoint
  }
}

class Endpoint {
  readonly #key: string
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve(outcome: Outcome): void; reject(error: Error): void }>()
  #nextId = 1
  #ending = false

  constructor(key: string, namespace: string) {
    this.#key = key
    const script = join(import.meta.dirname, 'endpoint.ts')
    this.#child = spawn('ip', ['netns', 'exec', namespace, process.execPath, script], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true, // Ctrl-C is for the lab, which then ends its endpoints in order
    })
    this.#child.on('message', (reply: Reply) => this.#hear(reply))
    this.#child.on('error', error => this.#fail(error))
    this.#child.on('exit', (code, signal) =>
      this.#fail(new Error(`the endpoint in ${key} ended with ${signal ?? code}`)),
    )
  }

  tell(order: Order): Job {
    const id = this.#nextId++
    const outcome = new Promise<Outcome>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    outcome.catch(() => {}) // whoever awaits it hears of a failure; nobody has to
    this.#child.send({ id, order })
    return { outcome, stop: () => this.#child.send({ id: this.#nextId++, order: { kind: 'stop', order: id } }) }
  }

  end(): void {
    this.#ending = true
    if (this.#child.connected) this.#child.disconnect()
  }

  #hear(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('outcome' in reply) waiting?.resolve(reply.outcome)
    else waiting?.reject(new Error(`${this.#key}: ${reply.error}`))
  }

  // An endless order never reports once the lab is going down: that is no failure.
  #fail(error: Error): void {
    for (const { resolve, reject } of this.#waiting.values()) {
      if (this.#ending) resolve({ completed: 0, failed: 0, tookMs: 0 })
      else reject(error)
    }
    this.#waiting.clear()
  }
}
