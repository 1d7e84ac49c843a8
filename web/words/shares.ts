/**
 * A part of a whole in per cent, cut and never rounded up: 99.97 % is not everything, so it must not read "100 %".
 * Nothing to divide by: "–".
 */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return '–'
  const percent = (part * 100) / whole
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  if (percent === 0 || percent >= 100) return `${Math.trunc(percent)} %`
  return `${(Math.trunc(percent * 10 + 1e-9) / 10).toFixed(1)} %`
}
