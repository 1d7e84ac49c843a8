import type { Totals } from './totals.ts'

/** How far an import is. */
export interface Progress {
  readonly objects: number
  readonly objectsLeft: number
  readonly records: number
  /** Bytes of objects as they lie there; 0 where nobody tells their size. */
  readonly bytes: number
  readonly bytesLeft: number
  readonly elapsedMs: number
}

export function progressOf(
  { objectsRead, recordsRead, bytesRead, setAside }: Totals,
  { size, waitingBytes }: { readonly size: number; readonly waitingBytes: number },
  elapsedMs: number,
): Progress {
  const given = [...setAside.values()].reduce((sum, count) => sum + count, 0)
  return {
    objects: objectsRead + given,
    objectsLeft: size,
    records: recordsRead,
    bytes: bytesRead,
    bytesLeft: waitingBytes,
    elapsedMs,
  }
}

/** Share that is done, 0 to 1: of the bytes where they are known, else of the objects. */
export function shareOf({ objects, objectsLeft, bytes, bytesLeft }: Progress): number {
  const [done, left] = bytes + bytesLeft > 0 ? [bytes, bytesLeft] : [objects, objectsLeft]
  return done + left === 0 ? 1 : done / (done + left)
}

/** Milliseconds that are left at the pace so far; undefined: nothing is done yet. */
export function leftMs(progress: Progress): number | undefined {
  const share = shareOf(progress)
  return share === 0 ? undefined : (progress.elapsedMs * (1 - share)) / share
}

/** One line for people: `42 % · 12 of 30 objects · 1,234,567 records · 3 min left`. */
export function progressLine(progress: Progress): string {
  const { objects, objectsLeft, records } = progress
  const left = leftMs(progress)
  const parts = [
    `${Math.floor(shareOf(progress) * 100)} %`,
    `${grouped(objects)} of ${grouped(objects + objectsLeft)} objects`,
    `${grouped(records)} records`,
    ...(left === undefined || objectsLeft === 0 ? [] : [`${duration(left)} left`]),
  ]
  return parts.join(' · ')
}

/** What an import ends with: what was counted, and all that was not, by reason. */
export interface ImportResult {
  readonly objects: number
  readonly records: number
  readonly rows: number
  readonly skipped: { readonly [reason: string]: number }
  readonly setAside: { readonly [reason: string]: number }
  readonly flowLogs: Totals['flowLogs']
}

export function resultOf({ objectsRead, recordsRead, rowsSent, skipped, setAside, flowLogs }: Totals): ImportResult {
  const counted = (counts: ReadonlyMap<string, number>) =>
    Object.fromEntries([...counts].filter(([, count]) => count > 0))
  return {
    objects: objectsRead,
    records: recordsRead,
    rows: rowsSent,
    skipped: counted(skipped),
    setAside: counted(setAside),
    flowLogs,
  }
}

/** The same as lines for people. */
export function resultLines({ objects, records, rows, skipped, setAside, flowLogs }: ImportResult): readonly string[] {
  const list = (counts: { readonly [reason: string]: number }) =>
    Object.entries(counts).map(([reason, count]) => `  ${grouped(count)} ${reason}`)
  const without = list(skipped)
  const aside = list(setAside)
  return [
    `${grouped(records)} records of ${grouped(objects)} objects, as ${grouped(rows)} rows`,
    ...(without.length > 0 ? ['records without bytes to count:', ...without] : []),
    ...(aside.length > 0 ? ['objects set aside, whose bytes are missing:', ...aside] : []),
    ...flowLogs.flatMap(({ id, missing }) =>
      missing.length === 0 ? [] : [`${id} lacks:`, ...missing.map(({ field, lost }) => `  ${field}: ${lost}`)],
    ),
  ]
}

const grouped = (count: number): string => count.toLocaleString('en-GB')

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
