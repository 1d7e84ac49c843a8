import type { Owner, PodPort } from '../objects.ts'

/** So many values at most: they change as workloads and nodes come and go, and those of today are soon found again. */
const MOST = 100_000

/** One copy of each value that many objects have alike: each copy would be marked anew at every collection. */
class Alike<T> {
  readonly #known = new Map<string, T>()

  /** The equal value that came first. */
  of(value: T): T {
    const key = typeof value === 'string' ? value : JSON.stringify(value)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.#known.size >= MOST) this.#known.clear()
    this.#known.set(key, value)
    return value
  }
}

/** How the objects of one cluster are trimmed, and what they have in common. */
export class Trimming {
  /** Labels of pods to keep besides pod-template-hash. */
  readonly labelKeys: readonly string[]
  readonly #names = new Alike<string>()
  readonly owners = new Alike<Owner>()
  readonly ports = new Alike<readonly PodPort[]>()
  readonly labels = new Alike<{ readonly [key: string]: string }>()

  constructor(labelKeys: readonly string[]) {
    this.labelKeys = labelKeys
  }

  /** The name of a node, a namespace, a zone. */
  name<T extends string | undefined>(name: T): string | T {
    return name === undefined ? name : this.#names.of(name)
  }
}
