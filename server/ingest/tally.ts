/** Why bytes of an accepted batch are not added: a closed list, shown as it stands. */
export const asideReasons = ['foreign hop', 'unknown end', 'too late', 'late tunnel', 'above line rate'] as const
export type AsideReason = (typeof asideReasons)[number]

/**
 * Where received bytes (both directions, of every row of every batch taken) went. They add up:
 * received = primary + promoted + overhead + superseded + audit only + inside tunnels + set aside + undecided.
 */
export interface Tally {
  rows: number
  received: number
  /** Counted as the sender reported it. */
  primary: number
  /** Counted because the sender did not watch. */
  promoted: number
  /** Counted for tunnels, beyond what was inside them. */
  overhead: number
  /** Late primary bytes that a witness had been promoted for. */
  superseded: number
  /** Witness bytes of what counted as primary. */
  auditOnly: number
  /** Outer bytes of tunnels that are the inner bytes again. */
  insideTunnels: number
  readonly setAside: { [reason in AsideReason]: number }
}

/** Names of the plain numbers of a tally. */
export const tallyNames = [
  'rows',
  'received',
  'primary',
  'promoted',
  'overhead',
  'superseded',
  'auditOnly',
  'insideTunnels',
] as const satisfies readonly (keyof Tally)[]

export const emptyTally = (): Tally => ({
  rows: 0,
  received: 0,
  primary: 0,
  promoted: 0,
  overhead: 0,
  superseded: 0,
  auditOnly: 0,
  insideTunnels: 0,
  setAside: { 'foreign hop': 0, 'unknown end': 0, 'too late': 0, 'late tunnel': 0, 'above line rate': 0 },
})

export function addTally(to: Tally, more: Tally): void {
  for (const name of tallyNames) to[name] += more[name]
  for (const reason of asideReasons) to.setAside[reason] += more.setAside[reason]
}
