import { NONE } from '../byte-table.ts'
import type { Dictionary } from '../dictionary.ts'
import { type FieldName, fieldNames } from '../fields.ts'
import type { Fold } from '../fold.ts'
import { ABSENT, actionOf, directionOf, statusOf } from '../record.ts'
import type { Column } from './column.ts'

const DASH = 0x2d

/** Columns of a row group by the field they hold. */
export type Columns = { readonly [field in FieldName]?: Column }

/** Looked at for an interface that is new, and not for every row. */
const SELDOM: readonly FieldName[] = ['account-id', 'vpc-id', 'subnet-id', 'region', 'interface-type']

/**
 * Takes rows of the columns' present pages into a fold. Every text of a dictionary is looked at once; what comes for each
 * row are numbers.
 */
export class RowTaker {
  readonly #columns: Columns
  readonly #often: readonly Column[]
  readonly #dictionary: Dictionary
  // Looked up once: the rows come by the million.
  readonly #source: Column | undefined
  readonly #destination: Column | undefined
  readonly #packetSource: Column | undefined
  readonly #packetDestination: Column | undefined
  readonly #sourcePort: Column | undefined
  readonly #destinationPort: Column | undefined
  readonly #protocol: Column | undefined
  readonly #packets: Column | undefined
  readonly #bytes: Column | undefined
  readonly #start: Column | undefined
  readonly #end: Column | undefined
  readonly #tcpFlags: Column | undefined
  readonly #path: Column | undefined
  readonly #action: Column | undefined
  readonly #status: Column | undefined
  readonly #direction: Column | undefined
  readonly #interface: Column | undefined
  readonly #resource: Column | undefined
  readonly #zone: Column | undefined
  readonly #nextInterface: Column | undefined
  readonly #nextZone: Column | undefined
  readonly #nextVpc: Column | undefined
  readonly #nextType: Column | undefined

  constructor(columns: Columns, dictionary: Dictionary) {
    this.#columns = columns
    this.#often = fieldNames.flatMap(field => (SELDOM.includes(field) ? [] : (columns[field] ?? [])))
    this.#dictionary = dictionary
    this.#source = columns.srcaddr
    this.#destination = columns.dstaddr
    this.#packetSource = columns['pkt-srcaddr']
    this.#packetDestination = columns['pkt-dstaddr']
    this.#sourcePort = columns.srcport
    this.#destinationPort = columns.dstport
    this.#protocol = columns.protocol
    this.#packets = columns.packets
    this.#bytes = columns.bytes
    this.#start = columns.start
    this.#end = columns.end
    this.#tcpFlags = columns['tcp-flags']
    this.#path = columns['traffic-path']
    this.#action = columns.action
    this.#status = columns['log-status']
    this.#direction = columns['flow-direction']
    this.#interface = columns['interface-id']
    this.#resource = columns['resource-id']
    this.#zone = columns['az-id']
    this.#nextInterface = columns['next-hop-interface-id']
    this.#nextZone = columns['next-hop-az-id']
    this.#nextVpc = columns['next-hop-vpc-id']
    this.#nextType = columns['next-hop-interface-type']
  }

  /** New pages came. */
  open(): void {
    for (const column of this.#often) column.open()
  }

  /** The dictionary has forgotten its numbers. */
  forget(): void {
    for (const column of Object.values(this.#columns)) column.mapped.fill(-1)
  }

  /** Takes the row that lies `ahead` rows behind the next one of each column. */
  take(fold: Fold, ahead: number): void {
    const { record } = fold
    record.source = this.#address(this.#source, ahead)
    record.destination = this.#address(this.#destination, ahead)
    record.packetSource = this.#address(this.#packetSource, ahead)
    record.packetDestination = this.#address(this.#packetDestination, ahead)
    record.sourcePort = number(this.#sourcePort, ahead)
    record.destinationPort = number(this.#destinationPort, ahead)
    record.protocol = number(this.#protocol, ahead)
    record.packets = number(this.#packets, ahead)
    record.bytes = number(this.#bytes, ahead)
    record.start = number(this.#start, ahead)
    record.end = number(this.#end, ahead)
    record.tcpFlags = number(this.#tcpFlags, ahead)
    record.path = number(this.#path, ahead)
    record.action = letter(this.#action, ahead, actionOf)
    record.status = letter(this.#status, ahead, statusOf)
    record.direction = letter(this.#direction, ahead, directionOf)
    const id = this.#word(this.#interface, ahead) || this.#word(this.#resource, ahead)
    const zone = this.#word(this.#zone, ahead)
    record.interface = this.#dictionary.interfaces.find(id, zone) || this.#addInterface(id, zone, ahead)
    record.nextHop = this.#nextInterface === undefined && this.#nextZone === undefined ? 0 : this.#nextHop(ahead)
    fold.take()
  }

  #nextHop(ahead: number): number {
    const id = this.#word(this.#nextInterface, ahead)
    const zone = this.#word(this.#nextZone, ahead)
    return (
      (id !== NONE && this.#dictionary.nextHops.find(id, zone)) ||
      this.#dictionary.nextHop(id, zone, this.#word(this.#nextVpc, ahead), this.#word(this.#nextType, ahead))
    )
  }

  #addInterface(id: number, zone: number, ahead: number): number {
    const word = (field: FieldName) => {
      const column = this.#columns[field]
      column?.open()
      return this.#word(column, ahead)
    }
    return this.#dictionary.addInterface(id, zone, {
      account: word('account-id'),
      vpc: word('vpc-id'),
      subnet: word('subnet-id'),
      region: word('region'),
      type: word('interface-type'),
    })
  }

  #address(column: Column | undefined, ahead: number): number {
    if (column === undefined) return NONE
    const place = column.places[column.at + ahead] as number
    if (place < 0) return NONE
    const known = column.mapped[place] as number
    if (known >= 0) return known
    const { bytes, begins, ends } = column.texts
    const [begin, end] = [begins[place] as number, ends[place] as number]
    const made = isNothing(bytes, begin, end) ? NONE : this.#dictionary.address(bytes, begin, end)
    column.mapped[place] = made
    return made
  }

  #word(column: Column | undefined, ahead: number): number {
    if (column === undefined) return NONE
    const place = column.places[column.at + ahead] as number
    if (place < 0) return NONE
    const known = column.mapped[place] as number
    if (known >= 0) return known
    const { bytes, begins, ends } = column.texts
    const [begin, end] = [begins[place] as number, ends[place] as number]
    const made = isNothing(bytes, begin, end) ? NONE : this.#dictionary.words.intern(bytes, begin, end)
    column.mapped[place] = made
    return made
  }
}

const number = (column: Column | undefined, ahead: number): number =>
  column === undefined ? ABSENT : (column.numbers[column.at + ahead] as number)

function letter(column: Column | undefined, ahead: number, meaning: (letter: number) => number): number {
  if (column === undefined) return 0
  const place = column.places[column.at + ahead] as number
  if (place < 0) return 0
  const known = column.mapped[place] as number
  if (known >= 0) return known
  const { bytes, begins, ends } = column.texts
  const begin = begins[place] as number
  const made = isNothing(bytes, begin, ends[place] as number) ? 0 : meaning(bytes[begin] as number)
  column.mapped[place] = made
  return made
}

/** An empty cell, or a dash. */
const isNothing = (bytes: Uint8Array, begin: number, end: number): boolean =>
  begin === end || (end === begin + 1 && bytes[begin] === DASH)
