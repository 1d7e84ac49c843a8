const HOUR_MS = 3_600_000
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** US dollars from micro-dollars: cents from a dollar up, else two significant digits: "$1,234.50", "$0.0042". */
export function formatUsd(microUsd: number): string {
  const usd = microUsd / 1e6
  if (usd === 0) return '$0'
  if (usd < 0.0001) return '< $0.0001'
  if (usd >= 0.995) return `$${cents.format(usd)}`
  return `$${usd.toFixed(Math.min(4, 1 - Math.floor(Math.log10(usd))))}`
}

/** What an amount would be per hour if its span went on like this: "$0.87 / h". The amount itself is the server's. */
export const formatUsdPerHour = (microUsd: number, overMs: number): string =>
  overMs <= 0 ? '–' : `${formatUsd((microUsd * HOUR_MS) / overMs)} / h`
