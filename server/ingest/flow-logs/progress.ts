import type { FlowStore, ObjectMark } from '../../store/flow-store.ts'

/** Progress of so many objects is kept in memory; of the others the store is asked. */
const MOST = 20_000

/** How far objects were read. What was committed is in the store; what is used lately also here. */
export class Progress {
  readonly #store: Pick<FlowStore, 'objects'>
  /** In the order of their last use. */
  readonly #known = new Map<string, ObjectMark>()

  constructor(store: Pick<FlowStore, 'objects'>) {
    this.#store = store
  }

  /** Parallel to `names`. */
  async of(names: readonly string[]): Promise<ObjectMark[]> {
    const missing = names.filter(name => !this.#known.has(name))
    const found = new Map((await this.#store.objects(missing)).map(mark => [mark.object, mark]))
    return names.map(object => {
      // What was committed while the store was asked is newer.
      const mark = this.#known.get(object) ?? found.get(object) ?? { object, records: 0, isDone: false }
      this.set(mark)
      return mark
    })
  }

  /** After `of`, and until 20,000 others were asked for. */
  now(object: string): ObjectMark {
    return this.#known.get(object) ?? { object, records: Number.NaN, isDone: false }
  }

  set(mark: ObjectMark): void {
    this.#known.delete(mark.object)
    this.#known.set(mark.object, mark)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
  }
}
