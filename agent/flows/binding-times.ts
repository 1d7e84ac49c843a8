/** The binding of a connection, by when it was opened: wall clock ms, 0 where the kernel does not tell. */
export type BindingOf = (openedMs: number) => number

/** Connections are told from one another as far back as this many bindings. */
const MAX_BINDINGS = 1024

/** Bindings with the moments from which on they hold, in the order of time. News of an earlier change may come later. */
export class BindingTimes {
  #bindings: { readonly binding: number; readonly fromMs: number }[] = []

  get all(): readonly { readonly binding: number; readonly fromMs: number }[] {
    return this.#bindings
  }

  add(binding: number, fromMs: number): void {
    const after = this.#bindings.filter(other => other.fromMs > fromMs)
    const before = this.#bindings.filter(other => other.fromMs <= fromMs)
    this.#bindings = [...before, { binding, fromMs }, ...after].slice(-MAX_BINDINGS)
  }

  /**
   * The binding in force at that moment; the newest where the moment is not known, and the first for what was opened
   * before it. 0 while there is none.
   */
  of(openedMs: number): number {
    const bindings = this.#bindings
    let at = bindings.length - 1
    while (openedMs > 0 && at > 0 && (bindings[at]?.fromMs ?? 0) > openedMs) at--
    return bindings[at]?.binding ?? 0
  }
}
