import type { Cidr } from '@weir/contract/addresses.ts'

/** All values under one family and prefix length, by the bits of the prefix. */
interface Table<T> {
  readonly length: number
  readonly prefix: number
  readonly values: Map<string, T[]>
}

/** Values by CIDR, the longest prefix first: one look-up per prefix length in use, of which a VPC has a handful. */
export class Prefixes<T> {
  readonly #tables: readonly Table<T>[]

  constructor(entries: Iterable<readonly [cidr: Cidr, value: T]>) {
    const tables = new Map<string, Table<T>>()
    for (const [{ bytes, prefix }, value] of entries) {
      const name = `${bytes.length}/${prefix}`
      const table = tables.get(name) ?? { length: bytes.length, prefix, values: new Map<string, T[]>() }
      tables.set(name, table)
      const bits = prefixBits(bytes, prefix)
      const known = table.values.get(bits)
      if (known === undefined) table.values.set(bits, [value])
      else known.push(value)
    }
    this.#tables = [...tables.values()].sort((a, b) => b.prefix - a.prefix)
  }

  /** What `choose` makes of the values of the longest prefix of which it makes anything. */
  find<R>(address: Uint8Array, choose: (values: readonly T[]) => R | undefined): R | undefined {
    for (const { length, prefix, values } of this.#tables) {
      if (length !== address.length) continue
      const found = values.get(prefixBits(address, prefix))
      const chosen = found === undefined ? undefined : choose(found)
      if (chosen !== undefined) return chosen
    }
    return undefined
  }
}

/** The first `prefix` bits as text, the last byte cut off where the prefix ends within it. */
function prefixBits(address: Uint8Array, prefix: number): string {
  const whole = prefix >> 3
  let bits = ''
  for (let i = 0; i < whole; i++) bits += String.fromCharCode(address[i] ?? 0)
  const rest = prefix & 7
  return rest === 0 ? bits : bits + String.fromCharCode((address[whole] ?? 0) & (0xff << (8 - rest)))
}
