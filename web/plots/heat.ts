import type { ZoneCell } from '@weir/contract/queries.ts'
import { bytes, microUsd } from '@weir/contract/units.ts'

/** Shades of the scale; 0 is "nothing". Colours are in look/colours.css, with a legible ink for each. */
export const SHADES = 6

/**
 * The shade of a value. By square root: what is half as dark has a quarter of the bytes, so that one hot pair of zones
 * does not wash out the rest.
 */
export function shadeOf(value: number, largest: number): number {
  if (value <= 0 || largest <= 0) return 0
  return Math.min(SHADES, Math.max(1, Math.ceil(Math.sqrt(value / largest) * SHADES)))
}

export interface HeatGrid {
  /** Names of rows and columns: the zones, then what is no zone ("internet", "unknown: no zone map"). */
  readonly names: readonly string[]
  /** cells[from][to]; undefined where nothing went. */
  readonly cells: readonly (readonly (ZoneCell | undefined)[])[]
  /** Largest cross-zone cell, the dark end of the scale. */
  readonly largest: number
}

/** Cells of the answer on a grid. Zones stand in the answer's order; other places follow as they appear. */
export function heatGrid(zones: readonly string[], cells: readonly ZoneCell[]): HeatGrid {
  const elsewhere = cells.flatMap(cell => [cell.source, cell.destination]).filter(name => !zones.includes(name))
  const names = [...zones, ...new Set(elsewhere.sort())]
  const at = Map.groupBy(cells, cell => `${cell.source}\n${cell.destination}`)
  const grid = names.map(from => names.map(to => merged(at.get(`${from}\n${to}`) ?? [])))
  const crossing = grid.flat().filter(cell => cell?.crossing === 'cross-zone')
  return { names, cells: grid, largest: Math.max(0, ...crossing.map(cell => cell?.bytes ?? 0)) }
}

/** Two zones of one name in two accounts may be the same or not: their cells lie on one square, named after the larger. */
function merged(cells: readonly ZoneCell[]): ZoneCell | undefined {
  const largest = cells.toSorted((a, b) => b.bytes - a.bytes)[0]
  if (largest === undefined || cells.length === 1) return largest
  const sum = (of: (cell: ZoneCell) => number) => cells.reduce((all, cell) => all + of(cell), 0)
  return {
    ...largest,
    bytes: bytes(sum(cell => cell.bytes)),
    wireBytes: bytes(sum(cell => cell.wireBytes)),
    costMicroUsd: microUsd(sum(cell => cell.costMicroUsd)),
  }
}

/** Where an arrow key leads from a cell of a square grid; undefined for other keys and at the edge. */
export function cellAfter(key: string, row: number, column: number, size: number): [number, number] | undefined {
  const moves: { readonly [key: string]: readonly [number, number] } = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  }
  const move = moves[key]
  if (move === undefined) return undefined
  const [toRow, toColumn] = [row + move[0], column + move[1]]
  const inside = toRow >= 0 && toColumn >= 0 && toRow < size && toColumn < size
  return inside ? [toRow, toColumn] : undefined
}
