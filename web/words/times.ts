/** "14:03:20", UTC. Every place that shows it says UTC beside it or in its heading. */
export const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 19)

/** "14:03", UTC. */
export const clockMinute = (at: number): string => new Date(at).toISOString().slice(11, 16)

/** A length of time in its largest whole unit: "4 s", "3 min", "2 h", "5 d". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 100) return `${seconds} s`
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** The spans and ranges one can choose: "10 s", "1 min", "15 min", "1 h". */
export function formatSpan(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  return seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`
}

/** "20 Nov", UTC. */
export const dayWords = (at: number): string => {
  const date = new Date(at)
  return `${date.getUTCDate()} ${monthNames[date.getUTCMonth()]?.slice(0, 3)}`
}

/** "20 Nov 14:03", UTC. */
export const dayMinute = (at: number): string => `${dayWords(at)} ${clockMinute(at)}`

/** "November 2026" of "2026-11". */
export function monthWords(month: string): string {
  const [year, number] = month.split('-')
  return `${monthNames[Number(number) - 1]} ${year}`
}

/** How moments within such a length of time are written: beyond a day with their day. */
export const clockFor = (lengthMs: number): ((at: number) => string) =>
  lengthMs > 86_400_000 ? dayMinute : clockMinute

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
