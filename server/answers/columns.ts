/** A column of whole numbers that grows: one per series, by series id. */
export class IntColumn {
  #values = new Int32Array(1024)
  length = 0

  get values(): Int32Array {
    return this.#values
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const wider = new Int32Array(this.length * 2)
      wider.set(this.#values)
      this.#values = wider
    }
    this.#values[this.length++] = value
  }

  clear(): void {
    this.length = 0
  }
}

/** Gives equal texts equal numbers, from 0 on. */
export class Interner {
  readonly #numbers = new Map<string, number>()
  readonly texts: string[] = []

  /** The number of `text`, if it has one. */
  find(text: string): number | undefined {
    return this.#numbers.get(text)
  }

  /** The number of `text`; `onNew` is told of a number that was just given out. */
  number(text: string, onNew?: (number: number) => void): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    const number = this.texts.push(text) - 1
    this.#numbers.set(text, number)
    onNew?.(number)
    return number
  }
}
