/** Uids by a name they are linked to, both ways. */
export class Links {
  readonly #names = new Map<string, string>()
  readonly #uids = new Map<string, Set<string>>()

  set(uid: string, name: string | undefined): void {
    const before = this.#names.get(uid)
    if (before === name) return
    if (before !== undefined) {
      const uids = this.#uids.get(before)
      uids?.delete(uid)
      if (uids?.size === 0) this.#uids.delete(before)
    }
    if (name === undefined) {
      this.#names.delete(uid)
      return
    }
    this.#names.set(uid, name)
    const uids = this.#uids.get(name) ?? new Set()
    this.#uids.set(name, uids.add(uid))
  }

  of(uid: string): string | undefined {
    return this.#names.get(uid)
  }

  isEmpty(name: string): boolean {
    return !this.#uids.has(name)
  }

  at(name: string | undefined): Iterable<string> {
    return this.#uids.get(name ?? '') ?? []
  }
}
