import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { directionOf, sorted, type TableColumn, tableCsv } from '../../../web/tables/columns.ts'
import { csvText, exactMoney } from '../../../web/tables/csv.ts'

interface Row {
  readonly name: string
  readonly gb: number | null
}
const columns: readonly TableColumn<Row>[] = [
  { id: 'name', label: 'Name', means: '', text: row => row.name, order: row => row.name },
  {
    id: 'gb',
    label: 'Metered',
    unit: 'GB',
    means: '',
    isNumber: true,
    text: row => `${row.gb?.toFixed(0)}`,
    order: row => row.gb ?? Number.NaN,
    csv: row => row.gb,
  },
  { id: 'plain', label: 'Plain', means: '', text: () => 'x' },
]
const rows: readonly Row[] = [
  { name: 'b', gb: 1.25 },
  { name: 'a', gb: null },
  { name: 'c', gb: 7.5 },
]
const names = (id: string, isReversed = false) => sorted(columns, rows, { id, isReversed }).map(row => row.name)

test('numbers sort from the largest, texts from A to Z, and both the other way round', () => {
  deepEqual(names('gb'), ['c', 'b', 'a'])
  deepEqual(names('gb', true), ['b', 'c', 'a'], 'what is not known stays last')
  deepEqual(names('name'), ['a', 'b', 'c'])
  deepEqual(names('name', true), ['c', 'b', 'a'])
})

test('without a choice, and by a column that does not sort, the order is the answer’s', () => {
  deepEqual(names('plain'), ['b', 'a', 'c'])
  equal(sorted(columns, rows, undefined), rows)
})

const directions: readonly [id: string, isReversed: boolean, says: string][] = [
  ['gb', false, 'descending'],
  ['gb', true, 'ascending'],
  ['name', false, 'ascending'],
  ['name', true, 'descending'],
]
for (const [id, isReversed, says] of directions)
  test(`${id}${isReversed ? ', reversed,' : ''} is told as ${says}`, () => {
    const column = columns.find(one => one.id === id)
    if (column === undefined) throw new Error('a column')
    equal(directionOf(column, rows, { id, isReversed }), says)
    equal(directionOf(column, rows, { id: 'plain', isReversed }), 'none')
  })

test('the file has the headers with their units, and numbers exact', () =>
  equal(tableCsv(columns, rows), '"Name","Metered (GB)","Plain"\r\n"b","1.25","x"\r\n"a","","x"\r\n"c","7.5","x"\r\n'))

const cells: readonly [why: string, cell: string, out: string][] = [
  ['a formula is text', '=cmd()', `"'=cmd()"`],
  ['so is what begins with a plus', '+1', `"'+1"`],
  ['a minus', '-1', `"'-1"`],
  ['an at', '@x', `"'@x"`],
  ['a tab', '\t=1', `"'\t=1"`],
  ['quotes are doubled', 'a"b', '"a""b"'],
  ['a comma and a line break stay in their cell', 'a,\nb', '"a,\nb"'],
]
for (const [why, cell, out] of cells) test(why, () => equal(csvText([[cell]]), `${out}\r\n`))

test('an amount below zero is a number, not a formula', () => {
  equal(csvText([[exactMoney(-1_234_567)]]), '"-1.234567"\r\n')
  equal(csvText([[exactMoney(42)]]), '"0.000042"\r\n')
})
