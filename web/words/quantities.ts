const cut = (digits: number) =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
const [whole, hundredths] = [cut(0), cut(2)]

/** GB as a bill has them, without the unit, which stands in the header: "1,234", "12.30", "0.0042"; null: "–". */
export function formatGb(gb: number | null): string {
  if (gb === null) return '–'
  if (gb < 0) return `−${formatGb(-gb)}`
  if (gb === 0) return '0'
  if (gb >= 999.5) return whole.format(gb)
  if (gb >= 0.995) return hundredths.format(gb)
  return gb < 0.0001 ? '< 0.0001' : gb.toFixed(Math.min(4, 1 - Math.floor(Math.log10(gb))))
}

/**
 * A ratio in per cent, cut to one decimal and never rounded up: "96.7 %"; null: "–". Unlike a share it may be above 1.
 */
export const formatRatio = (ratio: number | null): string =>
  ratio === null ? '–' : `${(Math.floor(ratio * 1000 + 1e-9) / 10).toFixed(1)} %`
