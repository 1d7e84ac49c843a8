/** 0.0413 is "4.1 %". */
export const percent = (part: number): string => `${(part * 100).toFixed(1)} %`

/** 0.0413 is "+4.1", below 0 with a minus sign: a change of a share in points. */
export function points(change: number): string {
  const size = Math.abs(change * 100).toFixed(1)
  if (size === '0.0') return size
  return change < 0 ? `−${size}` : `+${size}`
}
