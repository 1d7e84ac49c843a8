import type { AgentReport, BatchWindow } from '@weir/contract/agent-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { ClockOffset } from './clock.ts'
import type { AgentState } from './feed.ts'

/** What is kept of one node's agent while the server lives. */
export class Agent {
  readonly clock: ClockOffset
  readonly cluster: string
  readonly node: string
  /** Up to here its windows have arrived without a gap. */
  pastMs = Number.NEGATIVE_INFINITY
  lastHeardAt: EpochMs
  /** Bytes of its batches that were set aside because its card could not have carried them. */
  aboveLineRateBytes = 0
  #identity: AgentState['identity'] = 'asserted'
  #window: BatchWindow | undefined
  #report: AgentReport | undefined
  #endedLosses: { readonly [name: string]: number } = {}
  /** Ends of windows that arrived before an older one did, by epoch and sequence. */
  readonly #ahead = new Map<string, Map<number, number>>()

  constructor(cluster: string, node: string, heardAt: EpochMs, shiftMs = 0) {
    this.clock = new ClockOffset(shiftMs)
    this.cluster = cluster
    this.node = node
    this.lastHeardAt = heardAt
  }

  heard(report: AgentReport, window: BatchWindow, identity: AgentState['identity']): void {
    this.#identity = identity
    if (this.#window === undefined || window.to >= this.#window.to) this.#window = window
    // Losses only grow within one process: what an ended process lost is kept beside them.
    if (this.#report !== undefined && this.#report.process !== report.process) {
      if (report.startedAt < this.#report.startedAt) return
      this.#endedLosses = addLosses(this.#endedLosses, this.#report.losses)
    }
    this.#report = report
  }

  /** A window was taken. The agent is past it when everything before it is settled too. */
  took(epoch: string, sequence: number, window: BatchWindow, settledBelow: number): void {
    const ahead = this.#ahead.get(epoch) ?? new Map<number, number>()
    this.#ahead.set(epoch, ahead.set(sequence, window.to))
    for (const [older, to] of ahead)
      if (older < settledBelow) {
        this.pastMs = Math.max(this.pastMs, to)
        ahead.delete(older)
      }
  }

  state(): AgentState | undefined {
    if (this.#report === undefined || this.#window === undefined) return undefined
    return {
      cluster: this.cluster,
      node: this.node,
      identity: this.#identity,
      lastWindowTo: this.#window.to,
      lastHeardAt: this.lastHeardAt,
      clockOffsetMs: this.clock.offsetMs,
      clockIsWrong: this.clock.isWrong,
      aboveLineRateBytes: this.aboveLineRateBytes,
      report: this.#report,
      losses: addLosses(this.#endedLosses, this.#report.losses),
    }
  }
}

/** Agents by node; an agent appears when it is first heard. */
export class Agents {
  readonly #byNode = new Map<string, Agent>()
  readonly #shifts = new Map<string, number>()

  of(cluster: string, node: string, now: EpochMs): Agent {
    const key = `${cluster}/${node}`
    const known = this.#byNode.get(key)
    if (known !== undefined) return known
    const agent = new Agent(cluster, node, now, this.#shifts.get(key))
    this.#byNode.set(key, agent)
    return agent
  }

  /** After a restart: by how much the last window of a node was shifted, until its agent is heard again. */
  restoreShift(cluster: string, node: string, shiftMs: number): void {
    this.#shifts.set(`${cluster}/${node}`, shiftMs)
  }

  all(): Iterable<Agent> {
    return this.#byNode.values()
  }

  states(): AgentState[] {
    return Array.from(this.#byNode.values()).flatMap(agent => agent.state() ?? [])
  }
}

function addLosses(
  a: { readonly [name: string]: number | undefined },
  b: { readonly [name: string]: number | undefined },
): { readonly [name: string]: number } {
  const sum: { [name: string]: number } = {}
  for (const losses of [a, b])
    for (const [name, count] of Object.entries(losses)) sum[name] = (sum[name] ?? 0) + (count ?? 0)
  return sum
}
