import type { End } from './end.ts'

/** What the loop over rows needs of a batch's ends, as numbers side by side. Filled anew for every batch. */
export class EndColumns {
  seriesEnd = new Int32Array(1024)
  address = new Int32Array(1024)
  node = new Int32Array(1024)
  is = new Uint8Array(1024)

  put(index: number, { seriesEnd, addressNumber, node, is }: End): void {
    this.set(index, seriesEnd, addressNumber, node, is)
  }

  set(index: number, seriesEnd: number, address: number, node: number, is: number): void {
    if (index >= this.is.length) this.#grow(index + 1)
    this.seriesEnd[index] = seriesEnd
    this.address[index] = address
    this.node[index] = node
    this.is[index] = is
  }

  #grow(count: number): void {
    const room = Math.max(count, 2 * this.is.length)
    const wider = (column: Int32Array) => {
      const into = new Int32Array(room)
      into.set(column)
      return into
    }
    this.seriesEnd = wider(this.seriesEnd)
    this.address = wider(this.address)
    this.node = wider(this.node)
    const is = new Uint8Array(room)
    is.set(this.is)
    this.is = is
  }
}
