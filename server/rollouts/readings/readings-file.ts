import { join } from 'node:path'
import { type KeptFile, keptFile } from '../../kept-file.ts'
import { HeldReadings, type ReadingsOfChange } from './kept-readings.ts'

/** Readings that are lost in a crash are made again, where the hours they are of are still kept. */
const WRITE_EVERY_MS = 10 * 60_000
/** A file of another version is set aside: readings are made again. */
const VERSION = 1

type Content = readonly (readonly [string, ReadingsOfChange])[]

/** The newest readings in memory and, now and then, on the disk. */
export interface FiledReadings {
  readonly held: HeldReadings
  /** Writes down what is new, at most every ten minutes unless it is the last time. @throws the system's error */
  readonly save: (isLast: boolean) => void
}

/** @param tell of a file that could not be read and was set aside */
export function openReadings(dataDir: string, now: () => number, tell: (damage: string) => void): FiledReadings {
  const file: KeptFile<Content> = keptFile(
    join(dataDir, 'readings.json'),
    { parse: parseReadings, format: content => ({ version: VERSION, readings: content }) },
    now,
  )
  const { content, damage } = file.read()
  if (damage !== undefined) tell(damage)
  const held = new HeldReadings(content)
  let writtenAt = Number.NEGATIVE_INFINITY
  return {
    held,
    save: isLast => {
      if (!held.isStale || (!isLast && now() - writtenAt < WRITE_EVERY_MS)) return
      file.write(held.entries())
      writtenAt = now()
      held.isStale = false
    },
  }
}

function parseReadings(value: unknown): Content {
  const file = value as { version?: unknown; readings?: unknown } | null // looked at below
  if (file?.version !== VERSION || !Array.isArray(file.readings)) throw new Error(`no readings of version ${VERSION}`)
  for (const entry of file.readings)
    if (!Array.isArray(entry) || typeof entry[0] !== 'string' || typeof entry[1]?.changeAt !== 'number')
      throw new Error('an entry is no reading')
  return file.readings
}
