import { NONE } from './shown.ts'

/** "us-east-1a 2, us-east-1b 2": in order, without zones that have none or that are not known. */
export function zonesText(counts: ReadonlyMap<string, number>): string {
  const known = [...counts].filter(([zone, count]) => zone !== '' && count > 0).sort(([a], [b]) => (a < b ? -1 : 1))
  return known.length === 0 ? NONE : known.map(([zone, count]) => `${zone} ${count}`).join(', ')
}

/** What zonesText wrote. */
export function zonesIn(text: string): ReadonlyMap<string, number> {
  if (text === NONE) return new Map()
  return new Map(
    text.split(', ').map(each => {
      const at = each.lastIndexOf(' ')
      return [each.slice(0, at), Number(each.slice(at + 1))]
    }),
  )
}

/** The largest difference that a zone's share of the whole has, 0 to 1. */
export function mostMoved(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  const shareIn = (counts: ReadonlyMap<string, number>) => {
    const total = counts.values().reduce((sum, count) => sum + count, 0)
    return (zone: string) => (total === 0 ? 0 : (counts.get(zone) ?? 0) / total)
  }
  const [from, to] = [shareIn(before), shareIn(after)]
  return Math.max(0, ...[...before.keys(), ...after.keys()].map(zone => Math.abs(to(zone) - from(zone))))
}
