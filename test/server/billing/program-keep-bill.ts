import { epochMs } from '@weir/contract/units.ts'
import { billFiles } from '../../../server/billing/bill-store.ts'
import { callBegins, callEnded, emptyBook } from '../../../server/billing/calls.ts'
import { emptyBill, withDays } from '../../../server/billing/stored-bill.ts'

/** Writes the bill and the calls again and again until it is killed: `node program-keep-bill.ts FOLDER`. */
const store = billFiles(process.argv[2] ?? '', () => 0)
const row = { quantity: { text: '1', unit: 'GB' }, cost: { text: '0.01', unit: 'USD' } }
const groups = Array.from(
  { length: 200 },
  (_, i) => ({ keys: ['DataTransfer-Regional-Bytes', `operation-${i}`], ...row }) as const,
)
let bill = emptyBill('test')
let calls = emptyBook
for (let round = 0; ; round++) {
  const day = new Date(Date.UTC(2026, 0, 1 + (round % 300))).toISOString().slice(0, 10)
  bill = withDays(bill, [{ day, isEstimated: true, groups }], epochMs(round), 'USD').taken
  store.bill.write(bill)
  calls = callEnded(callBegins(calls, epochMs(Date.parse(day))), 'usage', epochMs(Date.parse(day)), 'answered')
  store.calls.write(calls)
  if (round % 10 === 0) process.stdout.write(`${round}\n`)
}
