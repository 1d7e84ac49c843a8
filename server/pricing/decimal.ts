/** An exact decimal number: digits ÷ 10^scale. Amounts of a bill are never made binary fractions. */
export interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

export const ZERO: Decimal = { digits: 0n, scale: 0 }

/** More decimals than these are no amount of money or data. */
const MOST_EXPONENT = 60

/** Reads `-12.50`, `7.2E-6`. @throws RangeError on anything else. */
export function parseDecimal(text: string): Decimal {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^([+-]?)(\d{1,40})(?:\.(\d{1,60}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text) ?? []
  const exponent = Number(power)
  if (whole === '' || Math.abs(exponent) > MOST_EXPONENT) throw new RangeError(`not a number: ${JSON.stringify(text)}`)
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`)
  const scale = fraction.length - exponent
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return { digits: raised(a, scale) + raised(b, scale), scale }
}

export const sumOf = (amounts: Iterable<Decimal>): Decimal => {
  let sum = ZERO
  for (const amount of amounts) sum = add(sum, amount)
  return sum
}

/** In whole parts of 10^-decimals, rounded half away from zero: `scaled(cost, 6)` is micro-dollars. */
export function scaled(amount: Decimal, decimals: number): bigint {
  if (amount.scale <= decimals) return raised(amount, decimals)
  const divisor = 10n ** BigInt(amount.scale - decimals)
  const half = (amount.digits < 0n ? -divisor : divisor) / 2n
  return (amount.digits + half) / divisor
}

/** a ÷ b in whole parts of 10^-decimals, rounded half away from zero; undefined where b is 0. */
export function ratio(a: Decimal, b: Decimal, decimals: number): bigint | undefined {
  if (b.digits === 0n) return undefined
  const top = a.digits * 10n ** BigInt(b.scale + decimals + 1)
  const quotient = top / (b.digits * 10n ** BigInt(a.scale)) // one more decimal than asked for
  return (quotient + (quotient < 0n ? -5n : 5n)) / 10n
}

/** As one would write it: no exponent, no zeroes at the end. */
export function decimalText({ digits, scale }: Decimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const fraction = scale === 0 ? '' : text.slice(-scale).replace(/0+$/, '')
  const whole = scale === 0 ? text : text.slice(0, -scale)
  return `${digits < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

const raised = ({ digits, scale }: Decimal, to: number): bigint => digits * 10n ** BigInt(to - scale)
