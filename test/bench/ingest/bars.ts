/** Something promised, and what was found. */
export interface Bar {
  readonly what: string
  readonly found: number
  readonly least?: number
  readonly most?: number
  readonly unit: string
  readonly met: boolean
}

export const atLeast = (what: string, found: number, least: number, unit: string): Bar => ({
  what,
  found,
  least,
  unit,
  met: found >= least,
})

export const atMost = (what: string, found: number, most: number, unit: string): Bar => ({
  what,
  found,
  most,
  unit,
  met: found <= most,
})

export function barText({ what, found, least, most, unit, met }: Bar): string {
  const wanted = least === undefined ? `at most ${short(most ?? 0)}` : `at least ${short(least)}`
  return `${met ? 'ok    ' : 'MISSED'} ${what}: ${short(found)} ${unit} (${wanted})`
}

/** Three digits, thousands apart. */
export const short = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

/** What each phase gets and gives. */
export interface PhaseOptions {
  readonly folder: string
  readonly seconds: number
  readonly profile: string | undefined
  readonly say: (line: string) => void
}
export interface PhaseResult {
  readonly figures: unknown
  readonly bars: readonly Bar[]
}
