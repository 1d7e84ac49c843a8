import { deepEqual, equal, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readFilter, scopeText } from '../../../server/billing/cost-filter.ts'

const cluster = { Tags: { Key: 'cluster', Values: ['prod'] } }
const nested = {
  And: [cluster, { Not: { Dimensions: { Key: 'SERVICE', Values: ['Amazon Redshift'], MatchOptions: ['EQUALS'] } } }],
}

const filters: [text: string, filter: unknown][] = [
  ['', undefined],
  ['tag:cluster=prod', cluster],
  ['tag:aws:eks:cluster-name=prod|test', { Tags: { Key: 'aws:eks:cluster-name', Values: ['prod', 'test'] } }],
  ['cost-category:Team=shop', { CostCategories: { Key: 'Team', Values: ['shop'] } }],
  [JSON.stringify(nested), nested],
  ['{"Or":[{"CostCategories":{"Key":"Team","Values":["a"]}},{"Tags":{"Key":"k","Values":["b"]}}]}', undefined],
]
for (const [text, want] of filters)
  test(`the filter ${text || '(none)'} is read`, async () => {
    const read = await readFilter(text)
    deepEqual(read, text !== '' && want === undefined ? JSON.parse(text) : want)
  })

test('a filter may stand in a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-filter-'))
  try {
    writeFileSync(join(folder, 'filter.json'), JSON.stringify(nested))
    deepEqual(await readFilter(join(folder, 'filter.json')), nested)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const bad: [text: string, problem: RegExp][] = [
  ['tag:cluster', /must be tag:Key=value/],
  ['/no/such/file.json', /ENOENT.*must be tag:Key=value/],
  ['{"Tags":{"Key":"a","Values":["b"]},"Not":{}}', /exactly one of And, Or, Not/],
  ['{"Dimensions":{"Key":"COLOUR","Values":["red"]}}', /Expression\.Dimensions\.Key must be one of AZ,/],
  ['{"And":[{"Tags":{"Key":"a","Values":["b"]}}]}', /Expression\.And must be a list of two or more/],
  ['{"Not":{"Tags":{"Key":"a","Values":"b"}}}', /Expression\.Not\.Tags\.Values must be a list of texts/],
  ['{"Tags":{"Key":"a","Values":["b"],"MatchOptions":["LIKE"]}}', /MatchOptions must be of EQUALS/],
  ['{"tags":{}}', /must be And, Or, Not, Dimensions, Tags or CostCategories/],
  ['{', /JSON/],
]
for (const [text, problem] of bad)
  test(`the filter ${text} is refused in words`, () => rejects(readFilter(text), problem))

test('a scope says whose bill it is', () => {
  equal(scopeText({ accounts: [] }), 'all accounts that its credentials see')
  equal(
    scopeText({ accounts: ['123456789012'], filter: cluster }),
    'accounts 123456789012, filtered by {"Tags":{"Key":"cluster","Values":["prod"]}}',
  )
})
