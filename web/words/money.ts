const HOUR_MS = 3_600_000
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** Before an amount: "$", or "CNY ". */
export const signOf = (currency: string): string => (currency === 'USD' ? '$' : `${currency}\u00a0`)

/** An amount from its millionths: cents from one up, else two significant digits: "$1,234.50", "$0.0042". */
export function formatMoney(micros: number, currency: string): string {
  const amount = micros / 1e6
  const sign = signOf(currency)
  if (amount === 0) return `${sign}0`
  if (amount < 0) return `−${formatMoney(-micros, currency)}`
  if (amount < 0.0001) return `< ${sign}0.0001`
  if (amount >= 0.995) return `${sign}${cents.format(amount)}`
  return `${sign}${amount.toFixed(Math.min(4, 1 - Math.floor(Math.log10(amount))))}`
}

/** What an amount would be per hour if its span went on like this: "$0.87 / h". The amount itself is the server's. */
export const formatMoneyPerHour = (micros: number, overMs: number, currency: string): string =>
  overMs <= 0 ? '–' : `${formatMoney((micros * HOUR_MS) / overMs, currency)} / h`
