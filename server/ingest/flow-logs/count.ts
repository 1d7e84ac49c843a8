import type { Minute } from '@weir/contract/units.ts'
import type { AuditSums, Claim, Compared, FactColumns } from '../../store/flow-store.ts'
import { Facts } from '../facts.ts'
import { type ClusterNumbers, NOBODY } from '../numbers.ts'
import type { SealedMinutes } from '../sealed-minutes.ts'
import type { SeriesNumbers } from '../series-numbers.ts'
import type { ClaimStep } from './claims.ts'
import type { ComparedMinutes } from './compared.ts'
import { ComparedChanges } from './compared-changes.ts'
import { isDialled } from './middlebox.ts'
import type { PlacedHop, PlacedRow } from './placed.ts'
import { emptyFlowLogTally, type FlowLogAsideReason, type FlowLogTally } from './tally.ts'

/** What is known of minutes that have left the memory. */
export interface History {
  /** The oldest minute of which any agent told anything; null: none did. */
  readonly watchedFrom: Minute | null
  /** Decisions of before are not kept any more. */
  readonly decidedFrom: Minute | null
  /** Whether any agent told anything of the node in that minute. */
  hasLine(minute: Minute, node: number): boolean
  /** Whether any agent told anything of any node in that minute. */
  hasLines(minute: Minute): boolean
}

export interface CountingParts {
  readonly sealed: SealedMinutes
  readonly compared: ComparedMinutes
  readonly series: SeriesNumbers
  readonly addresses: ClusterNumbers
  readonly nodes: ClusterNumbers
  readonly history: History
  readonly claims: ClaimStep
  /** Minutes outside [oldest, newest] cannot be true. */
  readonly oldest: number
  readonly newest: number
}

/** What a batch of flow logs changes. Commit it, then call `apply`; without `apply` nothing has happened. */
export interface FlowLogOutcome {
  readonly facts: readonly FactColumns[]
  readonly compared: readonly Compared[]
  readonly claims: readonly Claim[]
  readonly audit: readonly AuditSums[]
  readonly tally: FlowLogTally
  apply(): void
}

interface Aside {
  readonly is: 'aside'
  readonly reason: FlowLogAsideReason
}
interface Judged {
  /** evidence: others count it. settled: compared with what others saw of the hop. whole: nobody else can have told it. */
  readonly is: 'evidence' | 'settled' | 'whole'
  readonly hop: PlacedHop
}

/** Counts rows of sealed minutes, each byte under exactly one name of the tally. */
export function countFlowLogs(rows: readonly PlacedRow[], parts: CountingParts): FlowLogOutcome {
  const changes = new ComparedChanges(parts.compared)
  const facts = new Facts()
  const tally = emptyFlowLogTally()
  const { claims } = parts
  const perNode = new Map<string, { minute: Minute; node: number; bytes: number }>()
  for (const row of rows) {
    const { bytes, minute } = row
    tally.rows++
    tally.received += bytes
    const judged = judge(row, parts, changes)
    if (judged.is === 'aside') {
      tally.setAside[judged.reason] += bytes
      continue
    }
    const { is, hop } = judged
    const isClaimed = claims.has(hop.logger, minute)
    if (isClaimed) noteNode(perNode, hop, parts)
    if (!isClaimed || is === 'evidence') {
      tally.evidence += bytes
      continue
    }
    const added = is === 'whole' ? bytes : settle(hop, changes)
    tally.counted += added
    tally.superseded += bytes - added
    facts.push(minute, parts.series.storeId(hop.series), amountsOf(hop, added))
  }
  const columns = facts.columns()
  return {
    facts: columns.count > 0 ? [columns] : [],
    compared: changes.kept(parts),
    claims: claims.made,
    audit: Array.from(perNode.values(), ({ minute, node, bytes }) => {
      const { cluster, name } = parts.nodes.value(node)
      const others = { agentBytes: 0, agentWireBytes: 0, smallerBytes: 0, largerBytes: 0 }
      return { cluster, node: name, minute, flowLogBytes: bytes, ...others }
    }),
    tally,
    apply() {
      changes.apply()
      claims.apply()
    },
  }
}

function judge({ minute, hop }: PlacedRow, parts: CountingParts, changes: ComparedChanges): Aside | Judged {
  if (minute > parts.newest) return { is: 'aside', reason: 'in the future' }
  if (minute < parts.oldest) return { is: 'aside', reason: 'too old' }
  if (hop === undefined) return { is: 'aside', reason: 'direction unknown' }
  if (hop.isTold) return { is: 'evidence', hop }
  const { sealed, compared } = parts
  return sealed.isTooLate(minute) || minute < compared.from ? judgePast(hop, parts) : judgeKnown(hop, parts, changes)
}

/** A minute of which it is known who watched it, and what was counted of hops that nobody watched. */
function judgeKnown(hop: PlacedHop, parts: CountingParts, changes: ComparedChanges): Aside | Judged {
  const { sealed, history } = parts
  const { minute, from, to, fromNode, toNode, nodeless } = hop
  if (isHidden(hop))
    return { is: isByRoutes(hop, parts, node => hasTold(sealed, minute, node)) ? 'evidence' : 'settled', hop }
  const mayBeWatched = history.watchedFrom !== null && minute >= history.watchedFrom
  if (nodeless === 'own' && mayBeWatched) return { is: 'aside', reason: 'node not known' }
  if (!sealed.isCovered(minute, fromNode) && !sealed.isCovered(minute, toNode)) return { is: 'settled', hop }
  if (hop.middlebox === undefined) return { is: 'evidence', hop }
  const counted = changes.seen(minute, from, to).agents + changes.seen(minute, to, from).agents
  return hop.isBoxKnown && counted === 0 ? { is: 'settled', hop } : { is: 'evidence', hop }
}

/** A minute that has left the memory, or one before agents were there. */
function judgePast(hop: PlacedHop, parts: CountingParts): Aside | Judged {
  const { minute } = hop
  const { history } = parts
  const { watchedFrom, decidedFrom } = history
  if (watchedFrom !== null && minute >= watchedFrom) {
    if (decidedFrom === null || minute < decidedFrom) return { is: 'aside', reason: 'too late' }
    const isWatched = history.hasLine(minute, hop.fromNode) || history.hasLine(minute, hop.toNode)
    if (isWatched && !isHidden(hop)) return { is: 'evidence', hop }
    if (isByRoutes(hop, parts, node => history.hasLine(minute, node))) return { is: 'evidence', hop }
    // Labels are forgotten sooner than who watched: a pod's address of then is nobody's now.
    const mayBeWatched = hop.nodeless !== 'none' && history.hasLines(minute)
    if (mayBeWatched && !isHidden(hop)) return { is: 'aside', reason: 'node not known' }
  }
  return hop.isSenderSilent ? { is: 'whole', hop } : { is: 'aside', reason: 'sender not known' }
}

/** The hop to a NAT gateway was told from routes, by what the machine's agent reported; `hasTold` anything of that minute. */
const isByRoutes = (
  { routed, loggedBy, minute }: PlacedHop,
  { claims }: CountingParts,
  hasTold: (node: number) => boolean,
): boolean => routed !== undefined && claims.isByRoutes(routed, minute) && hasTold(loggedBy)

const hasTold = (sealed: SealedMinutes, minute: Minute, node: number): boolean =>
  sealed.isCovered(minute, node) || sealed.ledger(minute, node) !== undefined

function settle(hop: PlacedHop, changes: ComparedChanges): number {
  const { minute, view, bytes, isMatched } = hop
  if (isHidden(hop)) return changes.ofHidden(minute, hop, view, bytes)
  return changes.ofFlowLog(minute, hop, view, bytes, isMatched)
}

/** No agent can know it: an end passes traffic on, and nobody talks to it. */
const isHidden = ({ middlebox }: PlacedHop): boolean => middlebox !== undefined && !isDialled(middlebox)

/** What the node's interfaces carried, where its agent can be compared with them. */
function noteNode(
  perNode: Map<string, { minute: Minute; node: number; bytes: number }>,
  { minute, loggedBy, bytes }: PlacedHop,
  { sealed }: CountingParts,
): void {
  if (loggedBy === NOBODY || !sealed.isCovered(minute, loggedBy)) return
  const key = `${loggedBy} ${minute}`
  const known = perNode.get(key)
  if (known === undefined) perNode.set(key, { minute, node: loggedBy, bytes })
  else known.bytes += bytes
}

/** An interface sees the bytes as they go over the wire: both measures are the same. Records do not tell connections. */
const amountsOf = ({ isForth }: PlacedHop, bytes: number) => ({
  bytesToResponder: isForth ? bytes : 0,
  bytesToInitiator: isForth ? 0 : bytes,
  wireToResponder: isForth ? bytes : 0,
  wireToInitiator: isForth ? 0 : bytes,
  connections: 0,
})
