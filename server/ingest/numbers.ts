/**
 * Gives each distinct text a small whole number, 0, 1, 2 …, for as long as the process lives: the hot path hashes and
 * compares numbers, never strings.
 */
export class Numbers<T> {
  readonly #byText = new Map<string, number>()
  readonly #values: T[] = []

  get size(): number {
    return this.#values.length
  }

  numberOf(text: string, value: T): number {
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    this.#byText.set(text, this.#values.length)
    return this.#values.push(value) - 1
  }

  /** @throws RangeError on a number that was never given out: a bug, not bad input. */
  value(number: number): T {
    const value = this.#values[number]
    if (value === undefined) throw new RangeError(`no value has number ${number}`)
    return value
  }
}

/** An address or a node as one cluster knows it. */
export interface InCluster {
  readonly cluster: string
  readonly name: string
}

/** Addresses (or nodes) of all clusters, by number. */
export class ClusterNumbers extends Numbers<InCluster> {
  of(cluster: string, name: string): number {
    return this.numberOf(`${cluster}\n${name}`, { cluster, name })
  }

  /** The name in a record of `cluster`: with its own cluster before it where that is another. No name has a slash. */
  textIn(cluster: string, number: number): string {
    const value = this.value(number)
    return value.cluster === cluster ? value.name : `${value.cluster}/${value.name}`
  }

  /** The number of what `textIn` wrote. */
  ofText(cluster: string, text: string): number {
    const slash = text.lastIndexOf('/')
    return slash < 0 ? this.of(cluster, text) : this.of(text.slice(0, slash), text.slice(slash + 1))
  }
}

/** "There is none", wherever a number of an address, node, Service or via is expected. */
export const NOBODY = -1
