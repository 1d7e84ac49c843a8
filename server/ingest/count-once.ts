/**
 * What counts, of what two nodes said about the same bytes. Per hop, minute and direction; all numbers are bytes.
 *
 * The sender's node reports a hop as primary, the receiver's as witness. Primary counts at once. When the minute is
 * sealed, a sender that watched the whole minute is believed: its witnesses are the audit. For every other sender the
 * hop's total becomes max(Σ primary, Σ witness), and stays that whatever arrives later and in whatever order: the one
 * number that has to be remembered of a sealed hop is its balance, Σ witness − Σ primary.
 *
 *   balance > 0   the witness was promoted by that much: a late primary is set off against it
 *   balance < 0   the primary was that much ahead: a late witness is set off against it
 *
 * Nothing else in the server decides what counts.
 */

/** What sealing adds to the primary of a hop whose sender did not watch the whole minute. */
export const promotedBy = (primary: number, witness: number): number => Math.max(0, witness - primary)

/** What is remembered of a sealed hop. */
export const balanceOf = (primary: number, witness: number): number => witness - primary

/** What happens to bytes that arrive after their minute was sealed: what is added, and the balance they leave behind. */
export interface Settled {
  readonly added: number
  readonly balance: number
}

/** A late primary: what a witness was promoted for is superseded, only the rest is added. */
export const settlePrimary = (balance: number, late: number): Settled => ({
  added: Math.max(0, late - Math.max(0, balance)),
  balance: balance - late,
})

/** A late witness: what the primary already counted is audit only, only the rest is added. */
export const settleWitness = (balance: number, late: number): Settled => ({
  added: Math.max(0, late - Math.max(0, -balance)),
  balance: balance + late,
})

/**
 * A catch-up: bytes of which only the range of minutes is known. They are set off against all that was promoted in
 * the range, oldest first. `balances` are those of the range's minutes; `taken` runs parallel; `rest` is to be added.
 */
export function setOffCatchUp(balances: readonly number[], late: number): { taken: number[]; rest: number } {
  let rest = late
  const taken = balances.map(balance => {
    const take = Math.min(rest, Math.max(0, balance))
    rest -= take
    return take
  })
  return { taken, rest }
}

/**
 * What is known of two addresses, one way, of which no agent watched the minute: bytes by who saw them. Agents' rows
 * stand as they were counted; `sent` and `received` are flow logs of the sender's interface and of the receiver's. The same
 * is asked of two nodes, and of the minute as a whole (flow-logs/compared.ts).
 */
export interface Seen {
  readonly agents: number
  readonly sent: number
  readonly received: number
}

/** All three are views of the same bytes, and each may be incomplete: the fullest is what counts. */
export const seenBytes = ({ agents, sent, received }: Seen): number => Math.max(agents, sent, received)

/** What counting adds when one view grows: nothing, until it shows more than the fullest so far. */
export const settleSeen = (before: Seen, view: keyof Seen, more: number): number =>
  seenBytes({ ...before, [view]: before[view] + more }) - seenBytes(before)

/**
 * Overlay tunnels, per pair of nodes and direction: what the tunnel carried beyond what was counted inside it.
 * `inside` is 0 when nobody saw it: then the outer flow itself is what counts.
 */
export const overheadOf = (outer: number, inside: number): number => Math.max(0, outer - inside)
