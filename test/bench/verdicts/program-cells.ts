/** A worker of the bench: runs one part of a cell after another and tells its score. */
import { parentPort } from 'node:worker_threads'
import { type Cell, runCell } from './cell.ts'

export interface Part {
  readonly number: number
  readonly cell: Cell
  readonly services: number
  readonly seed: number
}

parentPort?.on('message', ({ number, cell, services, seed }: Part) => {
  parentPort?.postMessage({ number, score: runCell(cell, services, seed) })
})
