import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { PairRow, PairsAnswer } from '@weir/contract/queries.ts'
import { foldPairs } from '../../../server/answers/pairs.ts'
import { pairsCsv, usd } from '../../../server/api/csv.ts'
import { anEnd, aSeries, worldOf, zoneA, zoneB } from '../answers/world.ts'
import { priceAt } from '../pricing/price-at.ts'

/** The cell of the initiator's name in the CSV of a row whose initiator is called so. */
function nameCell(name: string): string {
  const key = aSeries(anEnd('pod', name, zoneA, 'shop'), anEnd('pod', 'cart', zoneB, 'shop'))
  const { sums, catalogue } = worldOf([{ key, amounts: [1, 2, 3, 4, 5] }])
  const question = { group: 'service', sort: 'bytes', limit: 1 } as const
  const folded = foldPairs(sums, catalogue, undefined, question, priceAt(0.01, 2 ** 30))
  const [, line = ''] = pairsCsv(withRows(folded.rows)).split('\r\n')
  return line.slice('"main","pod","shop",'.length, line.indexOf(',"Deployment"'))
}

/** Only the rows of an answer are in its CSV. */
const withRows = (rows: readonly PairRow[]): PairsAnswer => ({ rows }) as PairsAnswer

// RFC 4180, and OWASP's list of what a spreadsheet takes for a formula.
const cells: [name: string, cell: string][] = [
  ['plain', '"plain"'],
  ['with, comma', '"with, comma"'],
  ['with "quotes"', '"with ""quotes"""'],
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\tcmd', `"'\tcmd"`],
  ['\rcmd', `"'\rcmd"`],
  ['a=1', '"a=1"'],
]
for (const [name, cell] of cells)
  test(`${JSON.stringify(name)} is written as ${JSON.stringify(cell)}`, () => equal(nameCell(name), cell))

const dollars: [micro: number, text: string][] = [
  [0, '0.000000'],
  [1, '0.000001'],
  [1_234_567, '1.234567'],
  [10_000_000_000_000, '10000000.000000'],
]
for (const [micro, text] of dollars) test(`${micro} micro-dollars are ${text}`, () => equal(usd(micro), text))
