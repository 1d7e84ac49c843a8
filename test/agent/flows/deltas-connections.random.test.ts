import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type Shown, Watched } from './watched.ts'

/*
 * A kernel in small, which knows the truth: connections carry bytes, end, and are reopened on the same 5-tuple under
 * the same id. A dump shows part of the table before, and part after, things that happen meanwhile. Whatever the order,
 * all bytes must come out once.
 */
interface Live {
  readonly id: number
  readonly from: string
  up: number
  down: number
}

class SmallKernel {
  readonly truth = { up: 0, down: 0, connections: 0 }
  readonly live = new Map<number, Live>()
  readonly events: Shown[] = []
  readonly #random: () => number
  #nextId = 1

  constructor(random: () => number) {
    this.#random = random
  }

  step(): void {
    const all = [...this.live.values()]
    const one = all[Math.floor(this.#random() * all.length)]
    const dice = this.#random()
    if (one === undefined || dice < 0.1) this.#open(this.#nextId++)
    else if (dice < 0.75) this.#carry(one)
    else {
      this.events.push({ ...one })
      this.live.delete(one.id)
      if (dice < 0.9) this.#open(one.id)
    }
  }

  #open(id: number): void {
    const one = { id, from: `10.0.0.1:${1000 + id}`, up: 0, down: 0 }
    this.live.set(id, one)
    this.truth.connections++
    this.#carry(one)
  }

  #carry(one: Live): void {
    const [up, down] = [1 + Math.floor(this.#random() * 5000), Math.floor(this.#random() * 3) * 700]
    one.up += up
    one.down += down
    this.truth.up += up
    this.truth.down += down
  }
}

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8])
  test(`no byte is lost or counted twice, whatever ends and reopens under the dumps (seed ${seed})`, () => {
    const random = numbers(seed)
    const kernel = new SmallKernel(random)
    const watched = new Watched()
    const steps = () => {
      for (let n = Math.floor(random() * 12); n > 0; n--) kernel.step()
    }
    watched.dump([])
    for (let round = 0; round < 300; round++) {
      steps()
      if (random() < 0.5) watched.end(...kernel.events.splice(0))
      steps()
      watched.end(...kernel.events.splice(0))
      const half = (id: number) => id % 2
      const shown: Shown[] = [...kernel.live.values()].filter(one => half(one.id) === 0).map(one => ({ ...one }))
      steps()
      shown.push(...[...kernel.live.values()].filter(one => half(one.id) === 1).map(one => ({ ...one })))
      watched.dump(shown, kernel.events.splice(0))
    }
    watched.end(...[...kernel.live.values()].map(one => ({ ...one })))
    deepEqual(watched.total(), kernel.truth)
    equal(watched.counts.lostTailTotal, 0)
  })

function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 4294967296
  }
}
