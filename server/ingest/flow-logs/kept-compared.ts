import type { Minute } from '@weir/contract/units.ts'
import type { Compared } from '../../store/flow-store.ts'
import type { Seen } from '../count-once.ts'
import { type ClusterNumbers, type InCluster, NOBODY } from '../numbers.ts'
import type { PairTable } from '../pair-table.ts'
import { entryOf, machineOf, newCompared, nodeOfMachine, sumOf } from './compared.ts'

/** What the numbers of a table stand for. Numbers are of this process: what is kept goes by name. */
export interface Named {
  readonly addresses: ClusterNumbers
  readonly nodes: ClusterNumbers
}

/** Of a minute as a whole; see `newCompared`. */
const WHOLE_MINUTE: InCluster = { cluster: '', name: 'unknown' }
/** Before the name of a machine that is a node. No address has a blank. */
const NODE = 'node '

/** The entries of a table of one minute, as they are kept. */
export function keptOf(
  minute: Minute,
  table: PairTable,
  named: Named,
  seen: (from: number, to: number) => Seen,
): Compared[] {
  return Array.from({ length: table.count }, (_, i) => {
    const [a, b] = [table.a(i), table.b(i)]
    const [aName, bName] = [nameOf(a, named), nameOf(b, named)]
    const isInOrder = keyOf(aName) < keyOf(bName)
    const [one, other] = isInOrder ? [a, b] : [b, a]
    const [{ cluster, name }, otherName] = isInOrder ? [aName, bName] : [bName, aName]
    const forth = seen(one, other)
    const back = one === other ? nothing : seen(other, one)
    return {
      ...{ cluster, minute, one: name, other: otherName.cluster === cluster ? otherName.name : keyOf(otherName) },
      ...{ agentsToOther: forth.agents, agentsToOne: back.agents },
      ...{ sentToOther: forth.sent, sentToOne: back.sent },
      ...{ receivedToOther: forth.received, receivedToOne: back.received },
    }
  })
}

const nothing: Seen = { agents: 0, sent: 0, received: 0 }

function nameOf(number: number, { addresses, nodes }: Named): InCluster {
  if (number === NOBODY) return WHOLE_MINUTE
  if (number > NOBODY) return addresses.value(number)
  const { cluster, name } = nodes.value(nodeOfMachine(number))
  return { cluster, name: NODE + name }
}

const keyOf = ({ cluster, name }: InCluster): string => `${cluster}/${name}`

function numberOf(cluster: string, text: string, { addresses, nodes }: Named): number {
  const slash = text.lastIndexOf('/')
  const [home, name] = slash < 0 ? [cluster, text] : [text.slice(0, slash), text.slice(slash + 1)]
  if (home === WHOLE_MINUTE.cluster && name === WHOLE_MINUTE.name) return NOBODY
  return name.startsWith(NODE) ? machineOf(NOBODY, nodes.of(home, name.slice(NODE.length))) : addresses.of(home, name)
}

/** A table as `keptOf` wrote it, of the entries of one minute. */
export function restoredCompared(rows: readonly Compared[], named: Named): PairTable {
  const table = newCompared()
  for (const row of rows) {
    const one = numberOf(row.cluster, row.one, named)
    const other = numberOf(row.cluster, row.other, named)
    const entry = entryOf(table, one, other)
    const add = (view: keyof Seen, forth: number, back: number) => {
      table.add(entry, sumOf(view, one, other), forth)
      table.add(entry, sumOf(view, other, one), back)
    }
    add('agents', row.agentsToOther, row.agentsToOne)
    add('sent', row.sentToOther, row.sentToOne)
    add('received', row.receivedToOther, row.receivedToOne)
  }
  return table
}
