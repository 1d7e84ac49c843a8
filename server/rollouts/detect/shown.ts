/** What is shown where nothing is set, or nothing is there. */
export const NONE = 'none'

/** A value as somebody wrote it may be of any length and hold anything. */
const LONGEST = 60

/** In one line, without control characters, cut short; undefined where nothing is given. */
export function shown(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const line = value.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�')
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
