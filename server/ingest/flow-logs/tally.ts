/** Why bytes of flow logs are not added though nothing else counts them: a closed list, shown as it stands. */
export const flowLogAsideReasons = [
  'too late', // who watched that minute is forgotten
  'too old', // older than any bill
  'in the future', // a record's clock is wrong
  'direction unknown', // the format does not say, and neither do the addresses
  'node not known', // of a minute that agents watched: the node of an address may have told the same bytes
  'sender not known', // of a past minute: the sender's own interface may have told the same bytes
] as const
export type FlowLogAsideReason = (typeof flowLogAsideReasons)[number]

/** Where the bytes of accepted rows went: received = counted + evidence + superseded + set aside. */
export interface FlowLogTally {
  rows: number
  received: number
  /** Added: no agent watched the hop, or none can see it. */
  counted: number
  /** What agents, or the sender's own records, say anyway. */
  evidence: number
  /** Of a hop that no agent watched: what agents' rows, or the other interface's records, had counted already. */
  superseded: number
  readonly setAside: { [reason in FlowLogAsideReason]: number }
}

export const emptyFlowLogTally = (): FlowLogTally => ({
  rows: 0,
  received: 0,
  counted: 0,
  evidence: 0,
  superseded: 0,
  setAside: {
    ...{ 'too late': 0, 'too old': 0, 'in the future': 0 },
    ...{ 'direction unknown': 0, 'node not known': 0, 'sender not known': 0 },
  },
})

export function addFlowLogTally(to: FlowLogTally, more: FlowLogTally): void {
  for (const name of ['rows', 'received', 'counted', 'evidence', 'superseded'] as const) to[name] += more[name]
  for (const reason of flowLogAsideReasons) to.setAside[reason] += more.setAside[reason]
}
