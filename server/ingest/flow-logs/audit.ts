import type { AuditSums } from '../../store/flow-store.ts'
import type { ClusterNumbers } from '../numbers.ts'
import type { SealedMinute } from '../seal.ts'

/** What the agents say went through the cards of the nodes that watched all of a minute, for flow logs to be compared with. */
export function auditOf({ minute, covered, cards, auditByNode }: SealedMinute, nodes: ClusterNumbers): AuditSums[] {
  return [...covered].flatMap(number => {
    const card = cards.get(number)
    if (card === undefined) return []
    const { cluster, name } = nodes.value(number)
    const { smallerBytes = 0, largerBytes = 0 } = auditByNode.get(number) ?? {}
    const agent = { agentBytes: card.bytes, agentWireBytes: card.wireBytes }
    return [{ cluster, node: name, minute, ...agent, flowLogBytes: 0, smallerBytes, largerBytes }]
  })
}
