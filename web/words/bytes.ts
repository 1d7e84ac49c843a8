/** Bytes are shown in IEC units everywhere (1 KiB = 1024 B): one GB on the AWS bill is 2^30 bytes, 1 GiB here. */
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Three significant digits and the unit: "0 B", "812 B", "1.40 KiB", "12.3 MiB". */
export function formatBytes(count: number): string {
  let value = count
  let unit = 0
  // 999.5 would be printed as "1000": the next unit is shorter.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  const digits = unit === 0 ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0
  return `${value.toFixed(digits)} ${units[unit]}`
}

/** Average bytes per second over a length of time: "1.40 MiB/s". No time, no rate: "–". */
export function formatRate(count: number, overMs: number): string {
  if (overMs <= 0) return '–'
  const perSecond = (count * 1000) / overMs
  return perSecond > 0 && perSecond < 1 ? '< 1 B/s' : `${formatBytes(perSecond)}/s`
}

const wholeNumbers = new Intl.NumberFormat('en-US')

/** "12,345". */
export const formatCount = (count: number): string => wholeNumbers.format(count)
