/** Figures as sentences have them. */
export const percent = (share: number): string => {
  const points = share * 100
  return `${points > 0 && points < 1 ? points.toFixed(1) : points.toFixed(0)} %`
}

export const gigabytes = (bytes: number): string => {
  const gb = bytes / 2 ** 30
  return `${gb >= 100 ? gb.toFixed(0) : gb.toPrecision(2)} GB`
}

/** "3 in us-east-1a, 1 in us-east-1b", in the zones' order; '' is not known. */
export const perZone = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([zone, count]) => `${count} in ${zone === '' ? 'a zone that is not known' : zone}`)
    .join(', ') || 'none'

export const listed = (names: readonly string[], most = 5): string =>
  names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ')

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

export const HOT = 1.2
export const CRITICAL = 1.5

/** What the load of the busiest zone's endpoints says; '' where there is nothing to say. */
export function loadInWords(factor: number | null): string {
  if (factor === null || factor <= HOT + 1e-9) return ''
  const times = `the endpoints of the busiest zone get ${factor.toFixed(1)} times an even share`
  if (factor <= CRITICAL) return `Hot: ${times}.`
  return `Critical: ${times}. Give each zone as many as its clients need first.`
}
