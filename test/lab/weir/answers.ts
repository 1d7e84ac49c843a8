import { setTimeout as delay } from 'node:timers/promises'
import type { AgentsAnswer, PairsAnswer, ZonesAnswer } from '@weir/contract/queries.ts'
import type { RolloutAnswer, RolloutsAnswer } from '@weir/contract/rollout-queries.ts'
import type { RoutingAnswer } from '@weir/contract/routing-queries.ts'
import { type EpochMs, MINUTE_MS } from '@weir/contract/units.ts'

/** What the dashboard's API answers, as the lab asks it: nothing here knows how the server comes to its numbers. */
export class Answers {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** Rows of a range at the finest grain that names a path: both ends, via, how it was dialled. */
  pairs(from: number, to: number): Promise<PairsAnswer> {
    return this.#get(`/api/v1/pairs?from=${from}&to=${to}&group=service&limit=500`)
  }

  /** One pair's rows by the zones of its ends. */
  pairByZones(from: number, to: number, initiator: string, responder: string): Promise<PairsAnswer> {
    const filter = `initiator=${initiator}&responder=${responder}`
    return this.#get(`/api/v1/pairs?from=${from}&to=${to}&group=zone&${filter}&limit=500`)
  }

  zones(from: number, to: number): Promise<ZonesAnswer> {
    return this.#get(`/api/v1/zones?from=${from}&to=${to}`)
  }

  rollouts(namespace: string, service: string): Promise<RolloutsAnswer> {
    return this.#get(`/api/v1/rollouts?namespace=${namespace}&service=${service}`)
  }

  rollout(id: string): Promise<RolloutAnswer> {
    return this.#get(`/api/v1/rollouts/${id}`)
  }

  routing(namespace: string, service: string): Promise<RoutingAnswer> {
    return this.#get(`/api/v1/services/${namespace}/${service}/routing`)
  }

  agents(): Promise<AgentsAnswer> {
    return this.#get('/api/v1/agents')
  }

  /** Waits until the server is ready. @param alive throws when waiting is in vain. */
  async ready(alive: () => void): Promise<void> {
    await until('the server is ready', 30_000, async () => {
      alive()
      return (await fetch(`${this.#url}/readyz`).catch(() => undefined))?.ok === true
    })
  }

  /** Waits until the server has heard all these nodes' agents. @param alive throws when waiting is in vain. */
  async heard(nodes: readonly string[], alive: () => void): Promise<void> {
    await until(`agents of ${nodes.join(', ')} are heard`, 60_000, async () => {
      alive()
      const { agents } = await this.agents()
      return nodes.every(node => agents.some(agent => agent.node === node && agent.state === 'live'))
    })
  }

  /** Waits until every minute before `end` is decided. */
  async sealed(end: number, patienceMs: number): Promise<void> {
    await until(`minutes up to ${new Date(end).toISOString()} are sealed`, patienceMs, async () => {
      const { sealedUntil } = await this.zones(end - MINUTE_MS, end)
      return sealedUntil !== null && sealedUntil >= (end as EpochMs)
    })
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(this.#url + path)
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${(await response.text()).slice(0, 500)}`)
    const answer: T = JSON.parse(await response.text())
    return answer
  }
}

/** Asks every quarter of a second. @throws Error when it did not come true in time. */
export async function until(what: string, patienceMs: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s, in vain: ${what}`)
    await delay(250)
  }
}
