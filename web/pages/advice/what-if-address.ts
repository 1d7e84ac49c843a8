import type { WhatIfQuestion } from '../../feed/feed.ts'

const fallback: WhatIfQuestion = { gb: 10_240, zones: 3, hintedShare: 0.3 }

/** The volume in a query string; what is missing or no number is the default. The server says what it will not take. */
export function readWhatIf(search: string): WhatIfQuestion {
  const query = new URLSearchParams(search)
  const number = (name: string, otherwise: number, scale = 1): number => {
    const text = query.get(name)
    const given = Number(text)
    return text === null || text === '' || !Number.isFinite(given) ? otherwise : given / scale
  }
  return {
    gb: number('gb', fallback.gb),
    zones: number('zones', fallback.zones),
    hintedShare: number('hinted', fallback.hintedShare, 100),
  }
}
