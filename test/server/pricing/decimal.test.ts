import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { add, decimalText, parseDecimal, ratio, scaled, sumOf } from '../../../server/pricing/decimal.ts'

const texts: [text: string, written: string, microUsd: bigint][] = [
  ['178.6940', '178.694', 178_694_000n],
  ['0', '0', 0n],
  ['-12.5', '-12.5', -12_500_000n],
  ['0.0000005', '0.0000005', 1n],
  ['0.00000049', '0.00000049', 0n],
  ['-0.0000005', '-0.0000005', -1n],
  ['1.7346938775510203E-5', '0.000017346938775510203', 17n],
  ['4.0E+3', '4000', 4_000_000_000n],
  ['123456789012345678901234567890.5', '123456789012345678901234567890.5', 123456789012345678901234567890500000n],
]
for (const [text, written, micro] of texts)
  test(`${text} is read exactly`, () => {
    equal(decimalText(parseDecimal(text)), written)
    equal(scaled(parseDecimal(text), 6), micro)
  })

for (const bad of ['', ' 1', '1,5', '.5', '1.', 'NaN', 'Infinity', '0x10', '1E999', '--1'])
  test(`${JSON.stringify(bad)} is no number`, () => void throws(() => parseDecimal(bad), RangeError))

test('a tenth and two tenths are three tenths', () => {
  equal(decimalText(add(parseDecimal('0.1'), parseDecimal('0.2'))), '0.3')
  equal(decimalText(sumOf(['1', '-0.25', '1e-3'].map(parseDecimal))), '0.751')
})

const ratios: [a: string, b: string, decimals: number, want: bigint | undefined][] = [
  ['1.7869', '178.69', 6, 10_000n],
  ['0.0093', '1', 6, 9_300n],
  ['2', '3', 6, 666_667n],
  ['-2', '3', 6, -666_667n],
  ['1', '8', 2, 13n],
  ['1', '0.00', 6, undefined],
]
for (const [a, b, decimals, want] of ratios)
  test(`${a} ÷ ${b} in parts of 10^-${decimals} is ${want ?? 'nothing'}`, () =>
    equal(ratio(parseDecimal(a), parseDecimal(b), decimals), want))
