import { atMost, type Bar } from '../ingest/bars.ts'
import { fill, touch } from './fill.ts'
import type { Cost } from './floor.ts'
import type { Round } from './program-measure.ts'
import type { BenchSpace } from './space.ts'

/** Entries, rounds: the same number of entries is read three ways in every round, and only ratios of a round count. */
const tables: readonly [entries: number, rounds: number][] = [
  [10_000, 15],
  [100_000, 11],
  [250_000, 7],
]
/** Rounds before the first that counts: an agent runs for weeks, its code is compiled. */
const UNCOUNTED = 4
/** The promises are made for this table. */
const PROMISED_ENTRIES = 100_000
const FLOOR_RATIO = 1.25
const TOOL_RATIO = 0.5

/** Dump, parse and delta against the kernel's own cost and against conntrack-tools. */
export async function dumpPhase(space: BenchSpace, say: (line: string) => void) {
  const figures = []
  const bars: Bar[] = []
  for (const [entries, count] of tables) {
    await fill(space, entries)
    const measure = space.program('./program-measure.ts', {})
    await measure.says()
    const rounds: Round[] = []
    for (let i = -UNCOUNTED; i < count; i++) {
      await touch(space, entries)
      measure.tell({})
      const round = await measure.says<Round>()
      if (i >= 0) rounds.push(round)
    }
    await measure.kill('SIGTERM')
    const cpu = (of: 'floor' | 'weir' | 'tool') => median(rounds.map(round => round[of].cpuMs))
    const ratio = (to: 'floor' | 'tool', what: keyof Cost = 'cpuMs') =>
      median(rounds.map(round => round.weir[what] / round[to][what]))
    const found = {
      entries,
      rounds: count,
      floorCpuMs: cpu('floor'),
      weirCpuMs: cpu('weir'),
      toolCpuMs: cpu('tool'),
      weirWallMs: median(rounds.map(round => round.weir.wallMs)),
      cpuToFloor: ratio('floor'),
      cpuToTool: ratio('tool'),
      wallToTool: ratio('tool', 'wallMs'),
    }
    figures.push(found)
    say(
      `${entries} entries, CPU: kernel floor ${ms(found.floorCpuMs)}, weir ${ms(found.weirCpuMs)} ` +
        `(${found.cpuToFloor.toFixed(2)} × the floor), conntrack -L ${ms(found.toolCpuMs)} ` +
        `(weir ${found.cpuToTool.toFixed(2)} ×; wall ${found.wallToTool.toFixed(2)} ×)`,
    )
    if (entries === PROMISED_ENTRIES)
      bars.push(
        atMost('dump CPU against the kernel floor at 100,000 entries', found.cpuToFloor, FLOOR_RATIO, '×'),
        atMost('dump CPU against conntrack -L at 100,000 entries', found.cpuToTool, TOOL_RATIO, '×'),
      )
  }
  return { figures, bars }
}

const ms = (value: number): string => `${value.toFixed(1)} ms`

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
