import { createHash } from 'node:crypto'

/** What is shown where nothing is set, or nothing is there. */
export const NONE = 'none'

/** A value as somebody wrote it may be of any length and hold anything. */
const LONGEST = 60

/** In one line, without control characters, cut short; undefined where nothing is given. */
export function shown(value: string | undefined, longest = LONGEST): string | undefined {
  if (value === undefined) return undefined
  const line = value.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�')
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}

/** The same, where also what is cut off must make a difference. */
export function brief(text: string, longest = LONGEST): string {
  const short = shown(text, longest) ?? ''
  return short === text ? text : `${short} (${createHash('sha256').update(text).digest('hex').slice(0, 6)})`
}
