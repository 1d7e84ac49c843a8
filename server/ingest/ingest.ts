import type { Part } from '@weir/contract/parts.ts'
import { type EpochMs, epochMs, type Minute, minute, minuteOf, startOf } from '@weir/contract/units.ts'
import type { Directory } from '../directory/directory.ts'
import type { FlowStore, Recovered } from '../store/flow-store.ts'
import type { Gate } from '../trust/gate.ts'
import { Agents } from './agents.ts'
import { CommitQueue, type Computed, type Step } from './commit.ts'
import { withNatHops } from './count-nat-hops.ts'
import { Counting, lastMinute, type Outcome } from './counting.ts'
import { batchKey, Marks } from './dedupe.ts'
import { Ends } from './ends.ts'
import { joinFacts } from './facts.ts'
import type { AgentState, IngestListener } from './feed.ts'
import { Claims } from './flow-logs/claims.ts'
import { createFlowLogs, type FlowLogs } from './flow-logs/flow-logs.ts'
import type { Interfaces } from './flow-logs/loggers.ts'
import { type Answer, type Arrival, type BatchResult, Intake, type Offer } from './intake.ts'
import { heldToLineRate, LineRate } from './line-rate.ts'
import type { FarGatewayOf } from './nat-hops.ts'
import { ClusterNumbers } from './numbers.ts'
import { createPlacer } from './place.ts'
import { recover } from './recover.ts'
import { batchRoutes } from './routes.ts'
import { sealableUntil } from './sealable.ts'
import { SeriesNumbers } from './series-numbers.ts'
import { addTally, emptyTally, type Tally } from './tally.ts'

export interface IngestOptions {
  readonly store: FlowStore
  /** What `store.start()` resolved to; asked for when ingest starts. */
  readonly recovered: () => Recovered
  readonly directory: Directory
  readonly gate: Gate
  readonly now: () => number
  readonly log: (line: string) => void
  /** How long a silent agent holds a minute open, ms of this server's uptime. */
  readonly sealAfterMs: number
  /** How often to look whether a minute can be sealed, ms. Default 1 s. */
  readonly sealEveryMs?: number
  /** What a node's card can carry each way, in gigabit per second. Default 100. */
  readonly lineRateGbps?: number
  /** What EC2 says of the VPC's interfaces. */
  readonly interfaces?: Interfaces
  /** What its routes say of the way to the internet. */
  readonly farGatewayOf?: FarGatewayOf
  /** Batches taken at once. Default 512. */
  readonly maxRequests?: number
}

export interface Ingest {
  /** An express router: POST /agent/v1/batches. */
  readonly router: ReturnType<typeof batchRoutes>
  readonly part: Part
  /** The same for readers of flow logs. */
  readonly flowLogs: FlowLogs
  /** Takes one batch: what the route does, for those who have no request. */
  take(offer: Offer): Promise<Answer>
  agents(): readonly AgentState[]
  addListener(listener: IngestListener): void
  /** Every minute before this moment is decided; null: none yet. */
  sealedUntil(): EpochMs | null
  counts(): IngestCounts
  /** Seals what can be sealed now; the timer calls it. */
  sealNow(): Promise<void>
}

/** Totals since the process started. */
export interface IngestCounts {
  readonly batches: { readonly [result in BatchResult]: number }
  readonly bytes: Tally
  /** Seals and catch-ups that failed and will be tried again. */
  readonly sealFailures: number
}

/** Decided minutes are committed in strides of so many, so that a long backlog does not become one huge commit. */
const MINUTES_PER_SEAL = 10

/** The agents' side of the server: takes batches, counts them once, seals minutes. */
export function createIngest(options: IngestOptions): Ingest {
  const { store, directory, gate, now, log, sealAfterMs, maxRequests, farGatewayOf } = options
  const addresses = new ClusterNumbers()
  const nodes = new ClusterNumbers()
  const series = new SeriesNumbers(store)
  const counting = new Counting(series, addresses, nodes)
  const marks = new Marks()
  const agents = new Agents()
  const queue = new CommitQueue(store)
  const lineRate = new LineRate(options.lineRateGbps ?? 100)
  const ends = new Ends(directory, series, addresses, nodes, address => options.interfaces?.serviceAt?.(address))
  const placer = heldToLineRate(createPlacer(directory, ends, series, nodes, farGatewayOf), lineRate)
  const intake = new Intake({ gate, marks, agents, placer, queue, directory }, stepFor)
  const claims = new Claims()
  const flowLogs = createFlowLogs({
    ...{ store, directory, gate, queue, counting, ends, series, nodes, now, log },
    ...{ interfaces: options.interfaces, claims, farGatewayOf, isOpen: () => isOpen, seal: () => sealNow() },
    onCounted: facts => tell(listener => listener.onFlowLogs?.(facts)),
  })
  const listeners: IngestListener[] = []
  const total = emptyTally()
  let waiting: Arrival[] = []
  let known: readonly { readonly cluster: string; readonly node: string }[] = []
  let startedAt = epochMs(0)
  let isOpen = false
  let sealFailures = 0
  let timer: NodeJS.Timeout | undefined
  let sealing = Promise.resolve()

  const natParts = {
    ...{ claims, series, isLogged: (id: string) => flowLogs.isLogged(id) },
    isSealed: (at: Minute) => counting.isSealed(at),
  }

  function stepFor(arrival: Arrival): Step {
    const { placed, pending, id } = arrival
    return {
      alone: false,
      compute() {
        const mark = { id, settledBelow: marks.of(id).settledAfter(id, arrival.oldestSequence) }
        const isWaiting = counting.mustWait(placed.window)
        const outcome = isWaiting ? undefined : withNatHops(counting.take(placed), placed, natParts)
        const since = minuteOf(placed.window.from)
        const isOlder = since >= counting.rememberedFrom && since < (counting.watchedFrom ?? Number.POSITIVE_INFINITY)
        const isDecided = !isWaiting && counting.isSealed(lastMinute(placed.window))
        return {
          change: {
            ...changeOf(outcome),
            ...(isOlder && { watchedFrom: since }),
            ...{ batches: isDecided ? [] : [pending], marks: [mark] },
          },
          isLast: outcome?.isLate === true,
          rows: placed.rows.count,
          apply() {
            if (isOlder) counting.watchedFrom = minute(Math.min(since, counting.watchedFrom ?? since))
            const epoch = marks.of(id)
            const isWatched = placed.window.kind === 'live' && epoch.completes(id)
            marks.add(mark)
            if (isWatched && !lineRate.isDistrusted(placed.node, placed.window))
              counting.watch(placed.node, placed.window)
            const agent = agents.of(id.cluster, id.node, epochMs(now()))
            agent.took(id.epoch, id.sequence, placed.window, epoch.settledBelow)
            if (placed.isAside) agent.aboveLineRateBytes += placed.card.plain + placed.card.tunnels
            else lineRate.took(placed.node, placed.window, placed.card)
            if (outcome === undefined) waiting.push(arrival)
            else counted(arrival, outcome)
          },
        }
      },
    }
  }

  /** A catch-up whose minutes have all been sealed. */
  const catchUpStep = (arrival: Arrival): Step => ({
    alone: true,
    compute() {
      const outcome = counting.take(arrival.placed)
      const left = waiting.filter(one => one !== arrival)
      return {
        change: { ...changeOf(outcome), ...sealChange(counting.sealedUntil, left) },
        isLast: true,
        rows: arrival.placed.rows.count,
        apply() {
          waiting = left
          counted(arrival, outcome)
        },
      }
    },
  })

  const sealStep: Step = {
    alone: true,
    compute(): Computed | undefined {
      const until = nextSeal()
      if (until === undefined) return undefined
      const outcome = counting.seal(until)
      return {
        change: { ...changeOf(outcome), audit: outcome.auditByNode, ...sealChange(until, waiting) },
        isLast: true,
        rows: 0,
        apply() {
          outcome.apply()
          addTally(total, outcome.tally)
          const { facts, decisions, audit } = outcome
          tell(listener => listener.onSealed?.({ sealedUntil: startOf(until), facts, decisions, audit }))
        },
      }
    },
  }

  function counted({ placed }: Arrival, outcome: Outcome): void {
    outcome.apply()
    addTally(total, outcome.tally)
    const { batch, window, placedAt } = placed
    const facts = joinFacts(outcome.facts)
    tell(listener => listener.onCounted?.({ cluster: batch.cluster, node: batch.node, window, facts, batch, placedAt }))
  }

  function tell(call: (listener: IngestListener) => void): void {
    for (const listener of listeners)
      try {
        call(listener)
      } catch (error) {
        // What was committed is committed: a view that fails must not make an agent send it again.
        log(`a listener of ingest failed: ${error}`)
      }
  }

  function nextSeal(): Minute | undefined {
    const at = epochMs(now())
    const heard = [...agents.all()]
    const heardNodes = new Set(heard.map(({ cluster, node }) => `${cluster}/${node}`))
    const silent = known.filter(({ cluster, node }) => !heardNodes.has(`${cluster}/${node}`))
    // After a restart that may be thousands: the nodes of a cluster are looked up once.
    const listed = new Map([...new Set(silent.map(one => one.cluster))].map(name => [name, directory.nodes(name, at)]))
    const missing = silent.filter(({ cluster, node }) => listed.get(cluster)?.has(node)).length
    // Where no agent ever reported there is nobody to wait for.
    const upSince = heard.length === 0 && known.length === 0 ? epochMs(0) : startedAt
    const allowed = sealableUntil({ now: at, startedAt: upSince, sealAfterMs, agents: heard, missing })
    const { oldestOpen, sealedUntil } = counting
    const isWanted = (flowLogs.wantedUntil() ?? 0) > (sealedUntil ?? 0)
    const isIdle = heard.length === 0 && (oldestOpen === undefined || oldestOpen >= allowed) && !isWanted
    const from = sealedUntil ?? oldestOpen ?? (isWanted ? minute(0) : undefined)
    if (isIdle || from === undefined || allowed <= from) return undefined
    return minute(Math.min(allowed, Math.max(from, oldestOpen ?? allowed) + MINUTES_PER_SEAL))
  }

  async function sealNow(): Promise<void> {
    try {
      await queue.run(sealStep)
      for (const arrival of waiting.filter(({ placed }) => !counting.mustWait(placed.window)))
        await queue.run(catchUpStep(arrival))
    } catch (error) {
      sealFailures++
      log(`sealing failed and will be tried again: ${error instanceof Error ? error.message : error}`)
    }
  }

  async function sealAndWait(): Promise<void> {
    sealing = sealNow()
    await sealing
    if (isOpen) timer = setTimeout(() => void sealAndWait(), options.sealEveryMs ?? 1_000)
  }

  return {
    router: batchRoutes({
      intake,
      gate,
      now,
      isOpen: () => isOpen,
      log,
      ...(maxRequests !== undefined && { maxRequests }),
    }),
    part: {
      name: 'ingest',
      async start() {
        const recovered = options.recovered()
        counting.watchedFrom = recovered.watchedFrom
        counting.auditsNodes = recovered.hasFlowLogs
        for (const claim of recovered.claims) claims.add(claim)
        waiting = await recover(store, recovered, { counting, marks, agents, placer, lineRate }, log)
        known = marks.nodes()
        startedAt = epochMs(now())
        isOpen = true
        void sealAndWait()
      },
      async stop() {
        isOpen = false
        clearTimeout(timer)
        await sealing
        await queue.idle()
      },
    },
    flowLogs,
    take: offer => intake.take(offer),
    agents: () => agents.states(),
    addListener: listener => void listeners.push(listener),
    sealedUntil: () => (counting.sealedUntil === null ? null : startOf(counting.sealedUntil)),
    counts: () => ({
      batches: { ...intake.results },
      bytes: { ...total, setAside: { ...total.setAside } },
      sealFailures,
    }),
    sealNow,
  }
}

const changeOf = (outcome: ReturnType<typeof withNatHops> | undefined) => ({
  facts: outcome?.facts ?? [],
  decisions: outcome?.decisions ?? [],
  promotions: outcome?.promotions ?? [],
  compared: outcome?.compared ?? [],
  claims: outcome?.claims ?? [],
  batches: [],
  marks: [],
})

const sealChange = (until: Minute | null, keep: readonly Arrival[]) => ({
  ...(until !== null && { sealedUntil: until }),
  keepPending: new Set(keep.map(({ id }) => batchKey(id))),
})
