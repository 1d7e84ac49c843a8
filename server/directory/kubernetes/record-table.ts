import { isDeepStrictEqual } from 'node:util'

interface Recorded {
  readonly uid: string
}

/**
 * The objects of one resource by uid. Tells of a change only where a record really differs: a node's heartbeat or a
 * pod's new condition changes nothing that is kept. An object made anew under the same name has another uid: one is
 * gone and one is new.
 */
export class RecordTable<T extends Recorded> {
  readonly #records = new Map<string, T>()
  readonly #changed: (uid: string, record: T | undefined) => void
  #list = new Map<string, T>()

  constructor(changed: (uid: string, record: T | undefined) => void) {
    this.#changed = changed
  }

  get records(): ReadonlyMap<string, T> {
    return this.#records
  }

  beginList(): void {
    this.#list = new Map()
  }

  /** A list is kept beside until it is whole: half a list would say that the other half is gone. */
  addToList(records: readonly T[]): void {
    for (const record of records) {
      const known = this.#records.get(record.uid)
      // The known object is kept where it is equal, so that a list costs no second copy of all.
      this.#list.set(record.uid, known !== undefined && isDeepStrictEqual(known, record) ? known : record)
    }
  }

  /** What the list did not hold is gone. */
  endList(): void {
    const list = this.#list
    this.#list = new Map()
    for (const uid of [...this.#records.keys()]) if (!list.has(uid)) this.remove(uid)
    for (const record of list.values()) if (this.#records.get(record.uid) !== record) this.#set(record)
  }

  put(record: T): void {
    const known = this.#records.get(record.uid)
    if (known === undefined || !isDeepStrictEqual(known, record)) this.#set(record)
  }

  remove(uid: string): void {
    if (this.#records.delete(uid)) this.#changed(uid, undefined)
  }

  #set(record: T): void {
    this.#records.set(record.uid, record)
    this.#changed(record.uid, record)
  }
}
