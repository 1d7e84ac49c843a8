/** Names in a sentence before it says how many more there are. */
const NAMED = 5

/** "1 endpoint", "4 endpoints". */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`

/** "a, b and c"; of many the first few. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED)
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** Nodes as the subject of a sentence: by name, or how many they are. */
export const nodesNamed = ({ namesNodes }: { readonly namesNodes: boolean }, names: readonly string[]): string =>
  namesNodes ? listed(names) : counted(names.length, 'node')

/** A share from 0 to 1 as "42 %"; a small one is not rounded to nothing. */
export const percent = (share: number): string =>
  share > 0 && share < 0.01 ? 'less than 1 %' : `${Math.round(share * 100)} %`

/** "5 min", "3 h", "2 days". */
export function lasting(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`
}

/** Each zone with its number: "us-east-1a 2, us-east-1b 0". */
export const byZoneInWords = (zones: readonly string[], counts: ReadonlyMap<string, number>): string =>
  zones.map(zone => `${zone === '' ? 'no zone' : zone} ${counts.get(zone) ?? 0}`).join(', ')
