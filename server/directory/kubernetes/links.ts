/** Those that are linked to one name. */
interface Group {
  readonly name: string
  readonly uids: Set<string>
}

/** Uids by a name they are linked to, both ways. */
export class Links {
  readonly #groups = new Map<string, Group>()
  readonly #groupOf = new Map<string, Group>()

  set(uid: string, name: string | undefined): void {
    const before = this.#groupOf.get(uid)
    if (before?.name === name) return
    if (before !== undefined) {
      before.uids.delete(uid)
      if (before.uids.size === 0) this.#groups.delete(before.name)
    }
    if (name === undefined) {
      this.#groupOf.delete(uid)
      return
    }
    const group = this.#groups.get(name) ?? { name, uids: new Set() }
    this.#groups.set(name, group)
    this.#groupOf.set(uid, group)
    group.uids.add(uid)
  }

  of(uid: string): string | undefined {
    return this.#groupOf.get(uid)?.name
  }

  isEmpty(name: string): boolean {
    return !this.#groups.has(name)
  }

  at(name: string | undefined): Iterable<string> {
    return this.#groups.get(name ?? '')?.uids ?? []
  }
}
