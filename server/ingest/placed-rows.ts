/** Rows of a batch by number; all columns run parallel to the batch's rows. near: the hop's end towards the initiator. */
export class PlacedRows {
  count = 0
  /** What happens to the row: see `kinds` in place.ts. */
  kind = new Uint8Array(0)
  /** Number of the series; the basis is that of the role. */
  series = new Int32Array(0)
  near = new Int32Array(0)
  far = new Int32Array(0)
  nearNode = new Int32Array(0)
  farNode = new Int32Array(0)
  /** What the two ends are: see NEAR_OUTSIDE and BOTH_MACHINES in place.ts. */
  endsAre = new Uint16Array(0)

  get room(): number {
    return this.kind.length
  }

  /** Makes room for `count` rows; what is in them is to be written. */
  clear(count: number): this {
    this.count = count
    if (count <= this.room) return this
    this.kind = new Uint8Array(count)
    this.series = new Int32Array(count)
    this.near = new Int32Array(count)
    this.far = new Int32Array(count)
    this.nearNode = new Int32Array(count)
    this.farNode = new Int32Array(count)
    this.endsAre = new Uint16Array(count)
    return this
  }
}
