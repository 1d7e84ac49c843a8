import type { EpochMs } from '@weir/contract/units.ts'
import type { FlowLogObjects, ListedObject, OpenObject } from './objects.ts'

/** Several places as one; an object is opened where it was listed. */
export class JoinedObjects implements FlowLogObjects {
  readonly place: string
  readonly #all: readonly FlowLogObjects[]
  readonly #before: (signal: AbortSignal) => Promise<void>

  /** @param before what is done before each listing */
  constructor(all: readonly FlowLogObjects[], before: (signal: AbortSignal) => Promise<void>) {
    this.place = all.map(({ place }) => place).join(', ')
    this.#all = all
    this.#before = before
  }

  async *list(from: EpochMs, to: EpochMs, signal: AbortSignal): AsyncGenerator<ListedObject> {
    await this.#before(signal)
    for (const objects of this.#all) yield* objects.list(from, to, signal)
  }

  open(object: ListedObject, signal: AbortSignal): Promise<OpenObject> {
    const found = this.#all.find(({ place }) => object.id.startsWith(place))
    if (found === undefined) throw new RangeError(`no place has ${object.id}`)
    return found.open(object, signal)
  }

  close(): void {
    for (const objects of this.#all) objects.close()
  }
}
