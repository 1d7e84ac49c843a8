import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { costPolicies } from '@weir/contract/cost-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { demoCosts, demoReconciliation } from '../../../../web/feed/demo-costs.ts'
import { DemoWorld } from '../../../../web/feed/demo-world.ts'
import { reconciled } from '../../../../web/pages/costs/causes.ts'
import { costsQuestion, monthsToChoose, payerKinds, readCosts } from '../../../../web/pages/costs/costs-address.ts'
import { checksum, statementFoot, statementLines } from '../../../../web/pages/costs/statement.ts'

const now = Date.UTC(2026, 10, 20, 14, 3, 24)
const world = (scene = '') => new DemoWorld(scene, () => now)

test('a bare address is this month by namespace, paid by whoever opened the connection', () => {
  const { view, problems } = readCosts('', now)
  deepEqual(costsQuestion(view), { month: '2026-11', by: 'namespace', policy: 'initiator' })
  deepEqual(problems, [])
})

test('a label is asked for by its key, and not before there is one', () => {
  deepEqual(costsQuestion(readCosts('?label=team&month=2026-10', now).view), {
    month: '2026-10',
    by: 'label:team',
    policy: 'initiator',
  })
  equal(costsQuestion(readCosts('?label=', now).view), undefined)
})

test('what is not understood is told, and the default is shown', () => {
  const { view, problems } = readCosts('?month=2026-13&payer=planet&policy=nobody', now)
  deepEqual(view, { month: '2026-11', payer: 'namespace', key: '', policy: 'initiator' })
  equal(problems.length, 3)
})

test('months to choose: a year back, and the one that the address names', () => {
  const months = monthsToChoose(Date.UTC(2026, 0, 31), '2020-05')
  deepEqual(months.slice(0, 2), ['2026-01', '2025-12'])
  deepEqual(months.slice(-2), ['2025-01', '2020-05'])
})

for (const policy of costPolicies)
  for (const payer of payerKinds)
    test(`the demo’s statement by ${payer} under ${policy}: rows and the unattributed are the total`, () => {
      const by = payer === 'label' ? 'label:team' : payer
      const answer = demoCosts(world(), { month: '2026-11', by, policy })
      equal(checksum(answer)?.off, 0)
      const lines = statementLines(answer)
      equal(new Set(lines.map(({ key }) => key)).size, lines.length, 'keys tell rows apart')
      const { total } = answer
      equal(
        Object.values(total?.byState ?? {}).reduce((sum, part) => sum + part, 0),
        total?.costMicroUsd,
      )
      // A policy changes who pays, never how much: to the rounding of rows.
      const other = demoCosts(world(), { month: '2026-11', by: 'namespace', policy: 'initiator' })
      equal(Math.abs((total?.costMicroUsd ?? 0) - (other.total?.costMicroUsd ?? 0)) < lines.length, true)
    })

test('a total that does not add up is told by how much', () => {
  const answer = demoCosts(world(), { month: '2026-11', by: 'namespace', policy: 'initiator' })
  equal(checksum({ ...answer, rows: answer.rows.slice(1) })?.off, answer.rows[0]?.costMicroUsd)
})

test('the columns of provisional and estimated add up, too', () => {
  const answer = demoCosts(world(), { month: '2026-11', by: 'namespace', policy: 'split' })
  const foot = statementFoot(answer)
  if (foot === undefined) throw new Error('a foot')
  for (const column of ['provisionalMicroUsd', 'estimatedMicroUsd'] as const)
    equal(
      statementLines(answer).reduce((sum, line) => sum + line[column], foot.unattributed[column]),
      foot.total[column],
    )
})

test('a viewer of some namespaces has no foot and no checksum', () => {
  const answer = demoCosts(world('scoped'), { month: '2026-11', by: 'namespace', policy: 'initiator' })
  equal(statementFoot(answer), undefined)
  equal(checksum(answer), undefined)
})

test('observed and billed are compared on days with a bill only, and causes with the unattributed are the bill', () => {
  const range = { from: epochMs(Date.UTC(2026, 10, 1)), to: epochMs(Date.UTC(2026, 11, 1)) }
  const answer = demoReconciliation(world(), { range })
  const found = reconciled(answer)
  equal(found.days, 20)
  equal(found.billedDays, 18)
  const sum = found.causes.reduce((all, { gb }) => all + gb, 0)
  equal(Math.abs(sum - found.billedGb) < 1e-6 * found.billedGb, true)
})

test('without a bill nothing is compared', () => {
  const range = { from: epochMs(Date.UTC(2026, 10, 20)), to: epochMs(Date.UTC(2026, 11, 1)) }
  const { billedDays, coverage } = reconciled(demoReconciliation(world(), { range }))
  deepEqual([billedDays, coverage], [0, null])
})
