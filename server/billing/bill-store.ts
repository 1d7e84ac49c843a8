import { join } from 'node:path'
import { epochMs } from '@weir/contract/units.ts'
import { type KeptFile, keptFile } from '../kept-file.ts'
import { parseDecimal } from '../pricing/decimal.ts'
import { type CallBook, type CallDay, emptyBook, type Failures, questionKinds } from './calls.ts'
import type { StoredBill, StoredCredit, StoredDay, StoredLine } from './stored-bill.ts'

/** Where the bill and what was spent to read it outlive the process. */
export interface BillStore {
  readonly bill: KeptFile<StoredBill>
  readonly calls: KeptFile<CallBook>
}

/** Two files in the data folder: what was spent is written before each call, and is a fiftieth of the bill. */
export const billFiles = (dataDir: string, now: () => number): BillStore => ({
  bill: keptFile(join(dataDir, 'bill', 'bill.json'), { parse: parseBill, format: formatBill }, now),
  calls: keptFile(join(dataDir, 'bill', 'calls.json'), { parse: parseCalls, format: formatCalls }, now),
})

const FORMAT = 1

function formatBill({ days, ...bill }: StoredBill): unknown {
  return { format: FORMAT, ...bill, days: [...days.values()] }
}

function formatCalls(book: CallBook): unknown {
  return { format: FORMAT, ...book }
}

function parseBill(value: unknown): StoredBill {
  const { format, scope, days, credits, usageTypes } = record(value)
  if (format !== FORMAT) throw new RangeError(`format ${format}, not ${FORMAT}`)
  const read = list(days).map(dayOf)
  return {
    scope: text(scope),
    days: new Map(read.map(day => [day.day, day])),
    credits: list(credits).map(creditOf),
    usageTypes: usageTypes === null ? null : list(usageTypes).map(text),
  }
}

function dayOf(value: unknown): StoredDay {
  const { day, isEstimated, fetchedAt, lines } = record(value)
  if (typeof isEstimated !== 'boolean') throw new RangeError('a day without isEstimated')
  return { day: text(day), isEstimated, fetchedAt: epochMs(whole(fetchedAt)), lines: list(lines).map(lineOf) }
}

function lineOf(value: unknown): StoredLine {
  const { usageType, operation, quantity, cost, netCost } = record(value)
  const line = {
    usageType: text(usageType),
    operation: text(operation),
    quantity: amount(quantity),
    cost: amount(cost),
  }
  return netCost === undefined ? line : { ...line, netCost: amount(netCost) }
}

function creditOf(value: unknown): StoredCredit {
  const { day, recordType, cost } = record(value)
  return { day: text(day), recordType: text(recordType), cost: amount(cost) }
}

function parseCalls(value: unknown): CallBook {
  const { format, days, answeredAt, failed } = record(value)
  if (format !== FORMAT) throw new RangeError(`format ${format}, not ${FORMAT}`)
  const [times, failures] = [record(answeredAt), record(failed)]
  return {
    ...emptyBook,
    days: list(days).map(callDayOf),
    answeredAt: Object.fromEntries(
      questionKinds.flatMap(kind => (times[kind] === undefined ? [] : [[kind, epochMs(whole(times[kind]))]])),
    ),
    failed: Object.fromEntries(
      questionKinds.flatMap(kind => (failures[kind] === undefined ? [] : [[kind, failuresOf(failures[kind])]])),
    ),
  }
}

function failuresOf(value: unknown): Failures {
  const { count, at } = record(value)
  return { count: whole(count), at: epochMs(whole(at)) }
}

function callDayOf(value: unknown): CallDay {
  const { day, answered, unanswered, refused } = record(value)
  return { day: text(day), answered: whole(answered), unanswered: whole(unanswered), refused: whole(refused) }
}

function record(value: unknown): { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RangeError('not an object')
  return { ...value }
}
function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new RangeError('not a list')
  return value
}
function text(value: unknown): string {
  if (typeof value !== 'string') throw new RangeError('not a text')
  return value
}
function whole(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new RangeError('not a whole number')
  return value
}
function amount(value: unknown): string {
  parseDecimal(text(value))
  return text(value)
}
