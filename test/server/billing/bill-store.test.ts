import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { billFiles } from '../../../server/billing/bill-store.ts'
import { callBegins, callEnded, emptyBook, questionAnswered } from '../../../server/billing/calls.ts'
import { emptyBill, withCredits, withDays } from '../../../server/billing/stored-bill.ts'

const NOW = epochMs(Date.UTC(2026, 10, 27))
const group = {
  keys: ['DataTransfer-Regional-Bytes', 'InterZone-In'],
  quantity: { text: '1.5', unit: 'GB' },
  cost: { text: '0.015', unit: 'USD' },
} as const
const day = { day: '2026-10-01', isEstimated: true, groups: [{ ...group, netCost: group.cost }] }

function inFolder(use: (folder: string) => Promise<void> | void): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-bill-'))
    try {
      await use(folder)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
}

test(
  'what was written is read, all of it',
  inFolder(folder => {
    const { bill, calls } = billFiles(folder, () => NOW)
    equal(bill.read().content, undefined)
    const range = { from: '2026-10-01', to: '2026-10-02' }
    const kept = withCredits(
      withDays({ ...emptyBill('mine'), usageTypes: ['a'] }, [day], NOW, 'USD').taken,
      [day],
      range,
      'USD',
    ).taken
    bill.write(kept)
    deepEqual(billFiles(folder, () => NOW).bill.read(), { content: kept })
    const book = questionAnswered(callEnded(callBegins(emptyBook, NOW), 'credits', NOW, 'refused'), 'usage', NOW)
    calls.write(book)
    deepEqual(billFiles(folder, () => NOW).calls.read(), { content: book })
  }),
)

for (const [why, spoil] of [
  ['cut short', (file: string) => truncateSync(file, readFileSync(file).length - 7)],
  ['empty', (file: string) => truncateSync(file, 0)],
  ['of another format', (file: string) => writeFileSync(file, '{"format":2}')],
  ['not a bill', (file: string) => writeFileSync(file, '{"format":1,"scope":"mine","days":[{"day":1}],"credits":[]}')],
] as const)
  test(
    `a file that is ${why} is set aside in words, and the next one is written`,
    inFolder(folder => {
      const { bill } = billFiles(folder, () => NOW)
      bill.write(withDays(emptyBill('mine'), [day], NOW, 'USD').taken)
      spoil(join(folder, 'bill', 'bill.json'))
      const { content, damage } = bill.read()
      equal(content, undefined)
      match(damage ?? '', /bill\.json could not be read \(.+\) and was set aside as .*bill\.json\.damaged-2026-11-27/)
      deepEqual(readdirSync(join(folder, 'bill')), ['bill.json.damaged-2026-11-27T000000.000Z'])
      bill.write(emptyBill('mine'))
      equal(bill.read().content?.scope, 'mine')
    }),
  )

test(
  'killed while it writes, eight times: the old content or the new one, never half of either',
  inFolder(async folder => {
    for (let life = 0; life < 8; life++) {
      const writer = spawn(process.execPath, [join(import.meta.dirname, 'program-keep-bill.ts'), folder])
      await once(createInterface(writer.stdout), 'line')
      writer.kill('SIGKILL')
      await once(writer, 'close')
      const { bill, calls } = billFiles(folder, () => NOW)
      const read = { bill: bill.read(), calls: calls.read() }
      equal(read.bill.damage ?? read.calls.damage, undefined)
      ok((read.bill.content?.days.size ?? 0) > 0)
    }
  }),
)
