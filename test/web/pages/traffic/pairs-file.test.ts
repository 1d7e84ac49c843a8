import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { defaultView } from '../../../../web/address.ts'
import { pairsFile } from '../../../../web/pages/traffic/pairs-file.ts'
import { liveZones } from '../../../../web/pages/traffic/traffic.ts'
import { someFrame, someRow, someTotals } from '../../frames.ts'

test('the file of pairs has every row to the byte, and what is not listed, so that columns add up to the total', () => {
  const total = someTotals(3_000_000, 1_000_000)
  const rows = [someRow('=web()', someTotals(2_000_000)), someRow('api', someTotals(600_000, 900_000))]
  const sums = { ...liveZones(someFrame({ total }), defaultView), rows }
  const [header, ...lines] = pairsFile(sums, rows)
    .trimEnd()
    .split('\r\n')
    .map(line => line.slice(1, -1).split('","'))
  equal(header?.[9], 'bytes')
  equal(lines[0]?.[3], "'=web()", 'a name that is a formula is made safe')
  equal(lines.at(-1)?.[3], 'smaller pairs, not listed')
  for (const [column, want] of [
    ['bytes', total.bytes],
    ['bytes cross-zone', 3_000_000],
    ['cost USD', 6],
  ] as const) {
    const at: number = header?.indexOf(column) ?? -1
    equal(
      lines.reduce((sum: number, cells) => sum + Number(cells[at]), 0),
      want,
      column,
    )
  }
})
