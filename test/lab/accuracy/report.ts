import { WITHIN } from './compare.ts'
import type { PhaseResult } from './phase.ts'

/** A phase with the name it is printed under. */
export interface NamedPhase extends PhaseResult {
  readonly name: string
}

/** One table of a phase, and a sentence for everything that is not as it must be. */
export function phaseText(phase: NamedPhase): string {
  const header = ['path', 'on the wire', 'counted', 'Weir’s estimate', 'off', 'up', 'down', 'connections', '']
  const rows = phase.figures.map(f => [
    f.name,
    f.wire.toLocaleString('en'),
    f.counted.toLocaleString('en'),
    f.estimate.toLocaleString('en'),
    percent(f.off),
    f.wireDown === 0 ? '' : percent(f.estimateUp / f.wireUp - 1),
    f.wireDown === 0 ? '' : percent(f.estimateDown / f.wireDown - 1),
    f.connections.toLocaleString('en'),
    f.within ? '' : 'BAR MISSED',
  ])
  return [`${phase.name} (IP bytes)`, ...columns([header, ...rows]), ...complaints(phase), ''].join('\n')
}

/** What is wrong with a phase, in sentences; nothing is good. */
export function complaints(phase: NamedPhase): string[] {
  return [
    ...phase.unequal,
    ...(phase.oversizeFrames > 0 ? [`${phase.oversizeFrames} frames were larger than the MTU: the truth is none`] : []),
    ...phase.figures.flatMap(f => (f.misnamed === undefined ? [] : [`${f.name}: is called ${f.misnamed}`])),
    ...phase.figures
      .filter(f => f.opened !== undefined && f.opened !== f.connections)
      .map(f => `${f.name}: ${f.opened} connections were opened, Weir counted ${f.connections}`),
    ...phase.figures.filter(f => !f.within).map(f => `${f.name}: ${percent(f.off)} off, the bar is ${percent(f.bar)}`),
  ]
}

/** −0.123 % in a fixed width of digits; a dash for what cannot be told. */
export const percent = (ratio: number): string => (Number.isFinite(ratio) ? `${(ratio * 100).toFixed(3)} %` : '-')

/** Pads cells to columns: the first to the left, figures to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map(row => (row[i] ?? '').length)))
  return rows.map(row =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/** The object of `--json`. */
export const jsonOf = (phases: readonly NamedPhase[], calibrations: readonly Calibration[]) => ({
  bar: { estimateWithin: WITHIN, sums: 'equal' },
  calibrations,
  phases: phases.map(({ name, figures, unequal, oversizeFrames }) => ({ name, figures, unequal, oversizeFrames })),
  met: calibrations.every(c => c.exact) && phases.every(phase => complaints(phase).length === 0),
})

/** The counter against a transfer whose bytes are known. */
export interface Calibration {
  readonly expectedBytes: number
  readonly countedBytes: number
  readonly exact: boolean
}
