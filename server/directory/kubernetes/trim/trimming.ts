import { Alike } from '../../alike.ts'
import type { Owner, PodPort } from '../objects.ts'

/** So many values at most: they change as workloads and nodes come and go, and those of today are soon found again. */
const MOST = 100_000

/** How the objects of one cluster are trimmed, and what they have in common. */
export class Trimming {
  /** Labels of pods to keep besides pod-template-hash. */
  readonly labelKeys: readonly string[]
  readonly #names = new Alike<string>(MOST)
  readonly owners = new Alike<Owner>(MOST)
  readonly ports = new Alike<readonly PodPort[]>(MOST)
  readonly labels = new Alike<{ readonly [key: string]: string }>(MOST)

  constructor(labelKeys: readonly string[]) {
    this.labelKeys = labelKeys
  }

  /** The name of a node, a namespace, a zone. */
  name<T extends string | undefined>(name: T): string | T {
    return name === undefined ? name : this.#names.of(name)
  }
}
