import { readRecords } from './registry.ts'
import { removeLab } from './remove.ts'

/**
 * Outlives the lab that started it, by as long as it takes to clean up: its input is a pipe that only the lab holds,
 * so the pipe ends when the lab does, however it ends. A lab that removed itself has no record left to act on.
 * Argument: the lab's slot and mark.
 */
const [slot, mark] = process.argv.slice(2)

process.stdin.resume()
process.stdin.on('end', () => {
  const record = readRecords().find(r => r.slot === Number(slot) && r.mark === mark)
  if (record !== undefined) void removeLab(record)
})
