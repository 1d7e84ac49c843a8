import type { AuditAnswer, AuditFigures } from '@weir/contract/audit-queries.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import type { AuditHour } from '../store/flow-store.ts'

type Sums = Omit<AuditHour, 'cluster' | 'node' | 'hour'>

/** How well agents agree with flow logs and with each other. `hours`: oldest first. */
export function foldAudit(hours: readonly AuditHour[], range: TimeRange, limit: number): AuditAnswer {
  const rows = [...hours]
    .sort((a, b) => b.hour - a.hour || compare(a.cluster, b.cluster) || compare(a.node, b.node))
    .slice(0, limit)
    .map(({ cluster, node, hour, ...sums }) => ({ cluster, node, hour, ...figuresOf(sums) }))
  return { range, rows, hidden: hours.length - rows.length, total: auditTotal(hours) }
}

export function auditTotal(hours: readonly Sums[]): AuditFigures {
  const total = { minutes: 0, agentBytes: 0, agentWireBytes: 0, flowLogBytes: 0, smallerBytes: 0, largerBytes: 0 }
  for (const name of Object.keys(total) as (keyof typeof total)[]) // its own keys
    for (const hour of hours) total[name] += hour[name]
  return figuresOf(total)
}

const figuresOf = ({ minutes, agentBytes, agentWireBytes, flowLogBytes, smallerBytes, largerBytes }: Sums) => ({
  ...{ minutes, agentBytes, agentWireBytes, flowLogBytes },
  ratio: ratioOf(agentBytes, flowLogBytes),
  wireRatio: ratioOf(agentWireBytes, flowLogBytes),
  witnessRatio: ratioOf(smallerBytes, largerBytes),
})

const ratioOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
