import type { KubernetesObject, ObjectStore } from './object-store.ts'
import { isSeen, listed, listHead, status, type View } from './views.ts'

/** A list that is read in pages stays as it was at its first one. */
interface Snapshot {
  readonly version: number
  readonly objects: readonly KubernetesObject[]
}

const MOST_SNAPSHOTS = 16

export interface ListAnswer {
  readonly code: number
  readonly body: object
}

/** Lists in pages: limit and continue, all pages of one version. */
export class Lists {
  readonly #store: ObjectStore
  readonly #snapshots = new Map<string, Snapshot>()
  #made = 0

  constructor(store: ObjectStore) {
    this.#store = store
  }

  /** Every continue token that was given out is too old from now on. */
  expire(): void {
    this.#snapshots.clear()
  }

  answer(view: View, query: URLSearchParams): ListAnswer {
    const token = query.get('continue')
    const limit = Number(query.get('limit') ?? 0) || Number.POSITIVE_INFINITY
    const [name = '', offset = '0'] = (token ?? '').split('.')
    const snapshot = token === null ? this.#take(view) : this.#snapshots.get(name)
    if (snapshot === undefined)
      return { code: 410, body: status(410, 'Expired', 'The provided continue parameter is too old') }
    const start = Number(offset)
    const end = start + limit
    const left = snapshot.objects.length - end
    const more =
      left > 0 ? { continue: `${token === null ? this.#keep(snapshot) : name}.${end}`, remainingItemCount: left } : {}
    return {
      code: 200,
      body: {
        ...listHead(view),
        metadata: { resourceVersion: String(snapshot.version), ...more },
        items: snapshot.objects.slice(start, end).map(object => listed(view, object)),
      },
    }
  }

  #take(view: View): Snapshot {
    const objects = this.#store.all(view.kind.path).filter(object => isSeen(view, object))
    return { version: this.#store.version, objects }
  }

  #keep(snapshot: Snapshot): string {
    const name = `list${++this.#made}`
    this.#snapshots.set(name, snapshot)
    const [oldest] = this.#snapshots.keys()
    if (this.#snapshots.size > MOST_SNAPSHOTS && oldest !== undefined) this.#snapshots.delete(oldest)
    return name
  }
}
