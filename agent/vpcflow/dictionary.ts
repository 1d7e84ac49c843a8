import { canonicalAddress } from '@weir/contract/addresses.ts'
import type { LoggedInterface, NextHop } from '@weir/contract/flow-log-wire.ts'
import { ByteTable, NONE } from './byte-table.ts'

/** Beyond this many texts everything is forgotten at the next batch: an object from the internet has no end of addresses. */
const MOST_TEXTS = 200_000
/** Longest text the wire takes. */
const LONGEST = 255

/** Numbers of words: of an interface, and of the interface on the other side of the hop. 0: not given. */
export interface InterfaceWords {
  readonly account: number
  readonly vpc: number
  readonly subnet: number
  readonly region: number
  readonly type: number
}

/** Addresses, interfaces and next hops of the records being read, each under a number from 1; 0 is none. */
export class Dictionary {
  readonly words = new ByteTable()
  readonly #addresses = new ByteTable()
  /** Canonical text by number; undefined: no address. */
  #canonical: (string | undefined)[] = [undefined]
  readonly interfaces = new Variants<LoggedInterface>()
  readonly nextHops = new Variants<NextHop>()

  address(bytes: Uint8Array, from: number, to: number): number {
    const number = this.#addresses.intern(bytes, from, to)
    if (number === this.#canonical.length) this.#canonical.push(canonicalAddress(this.#addresses.text(number)))
    return number
  }

  get addressCount(): number {
    return this.#addresses.size
  }

  isAddress(number: number): boolean {
    return this.#canonical[number] !== undefined
  }

  /** Canonical text; undefined when what stood there is no address. */
  addressText(number: number): string | undefined {
    return this.#canonical[number]
  }

  /** @param id word of the interface, or of the regional NAT gateway; 0: neither is known. */
  addInterface(id: number, zone: number, words: InterfaceWords): number {
    return this.interfaces.add(id, zone, 0, {
      id: this.#word(id) ?? '-',
      ...texts({
        account: this.#word(words.account),
        vpc: this.#word(words.vpc),
        subnet: this.#word(words.subnet),
        region: this.#word(words.region),
        zoneId: this.#word(zone),
        type: this.#word(words.type),
      }),
    })
  }

  /** 0 when nothing at all is known of the other side. */
  nextHop(id: number, zone: number, vpc: number, type: number): number {
    if (id === NONE && zone === NONE && vpc === NONE && type === NONE) return 0
    // A hop without an id is told apart by all that is known of it.
    const rest = id === NONE ? vpc * 2 ** 22 + type : 0
    return (
      this.nextHops.find(id, zone, rest) ||
      this.nextHops.add(
        id,
        zone,
        rest,
        texts({ id: this.#word(id), vpc: this.#word(vpc), zoneId: this.#word(zone), type: this.#word(type) }),
      )
    )
  }

  /**
   * Between two batches, when no number is in use: keeps memory flat whatever the object holds.
   * @returns whether the numbers given out so far are good for nothing any more
   */
  forgetIfLarge(): boolean {
    if (this.words.size < MOST_TEXTS && this.#addresses.size < MOST_TEXTS) return false
    this.words.clear()
    this.#addresses.clear()
    this.#canonical = [undefined]
    this.interfaces.clear()
    this.nextHops.clear()
    return true
  }

  #word(number: number): string | undefined {
    return number === NONE ? undefined : this.words.text(number).slice(0, LONGEST)
  }
}

/** Things told apart by an id and a zone: an interface is in one zone, a regional NAT gateway in several. */
class Variants<Thing> {
  /** By the id's word: the variant met first. */
  #first: number[] = []
  #zones: number[] = [0]
  #rests: number[] = [0]
  #things: (Thing | undefined)[] = [undefined]
  #others = new Map<string, number>()

  /** How many there are: the highest number given out. */
  get size(): number {
    return this.#things.length - 1
  }

  /** 0: not met yet. */
  find(id: number, zone: number, rest = 0): number {
    const first = this.#first[id] ?? 0
    if (first === 0 || (this.#zones[first] === zone && this.#rests[first] === rest)) return first
    return this.#others.get(`${id} ${zone} ${rest}`) ?? 0
  }

  add(id: number, zone: number, rest: number, thing: Thing): number {
    const number = this.#things.length
    this.#zones.push(zone)
    this.#rests.push(rest)
    this.#things.push(thing)
    if ((this.#first[id] ?? 0) > 0) this.#others.set(`${id} ${zone} ${rest}`, number)
    else {
      while (this.#first.length < id) this.#first.push(0)
      this.#first[id] = number
    }
    return number
  }

  thing(number: number): Thing {
    const found = this.#things[number]
    if (found === undefined) throw new RangeError(`nothing has the number ${number}`)
    return found
  }

  clear(): void {
    this.#first = []
    this.#zones = [0]
    this.#rests = [0]
    this.#things = [undefined]
    this.#others = new Map()
  }
}

/** Without what is not known: the wire has no empty texts. */
function texts<Names extends string>(
  all: { readonly [name in Names]: string | undefined },
): {
  readonly [name in Names]?: string
} {
  const known: { [name in Names]?: string } = {}
  for (const name in all) {
    const text = all[name]
    if (text !== undefined) known[name] = text
  }
  return known
}
