import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkHeader } from '@weir/contract/batch-header.ts'
import { sampleHeader } from './sample-header.ts'

const { part, window, report } = sampleHeader

test('a good header comes through as it is', () => {
  assert.deepEqual(checkHeader(structuredClone(sampleHeader)), { ok: true, header: sampleHeader })
})

test('what this version does not know is left out', () => {
  assert.deepEqual(checkHeader({ ...sampleHeader, weather: 'fine' }), { ok: true, header: sampleHeader })
})

const bad: [why: string, change: object, detail: RegExp][] = [
  ['a version that is no number', { version: '1' }, /^header.version is "1", expected a whole number$/],
  ['a cluster that is no name', { cluster: 'a b' }, /^header.cluster is "a b", expected a name$/],
  ['no cluster', { cluster: undefined }, /^header.cluster is undefined, expected a name$/],
  ['a node with a slash', { node: '../x' }, /^header.node/],
  ['a node of 254 characters', { node: 'n'.repeat(254) }, /^header.node/],
  ['an empty epoch', { epoch: '' }, /^header.epoch/],
  ['an epoch of 65 characters', { epoch: 'e'.repeat(65) }, /^header.epoch/],
  ['sequence 0', { sequence: 0 }, /^header.sequence is 0, expected a whole number from 1$/],
  ['half a sequence', { sequence: 1.5 }, /^header.sequence/],
  ['a sequence beyond 2^53', { sequence: 2 ** 53 }, /^header.sequence/],
  ['part 1 of 1', { part: { index: 1, of: 1 } }, /^header.part is {"index":1,"of":1}, expected {index, of}/],
  ['part 0 of 0', { part: { index: 0, of: 0 } }, /^header.part/],
  ['2,000 parts', { part: { index: 0, of: 2_000 } }, /^header.part/],
  ['a part that is a list', { part: [0, 1] }, /^header.part/],
  ['an empty window', { window: { ...window, to: window.from } }, /^header.window/],
  ['a window that runs backwards', { window: { ...window, to: window.from - 1 } }, /^header.window/],
  [
    'a window of 8 days',
    { window: { ...window, to: window.from + 8 * 86_400_000 } },
    /^header.window .*at most 7 days/,
  ],
  ['a window of an unknown kind', { window: { ...window, kind: 'dead' } }, /^header.window.kind is "dead"/],
  ['a negative end', { ends: [-1] }, /^header.ends/],
  ['an end that is too long for an address', { ends: ['1'.repeat(46)] }, /^header.ends/],
  ['ends that are no list', { ends: {} }, /^header.ends/],
  ['a service that is a name', { services: ['web'] }, /^header.services/],
  ['a negative count', { count: -1 }, /^header.count/],
  ['more rows than a batch may have', { count: 200_001 }, /^header.count is 200001, expected 0 to 200000 rows$/],
  ['no report', { report: null }, /^header.report/],
  ['a report with a text for a number', { report: { ...report, mtu: '9001' } }, /^header.report/],
  ['a report with a number that is none', { report: { ...report, dumpMs: null } }, /^header.report/],
  ['a report with an endless text', { report: { ...report, mode: 'x'.repeat(201) } }, /^header.report/],
  ['a report without losses', { report: { ...report, losses: undefined } }, /^header.report/],
  ['a report whose losses are texts', { report: { ...report, losses: { x: '1' } } }, /^header.report/],
]
for (const [why, change, detail] of bad)
  test(`${why} is refused`, () => {
    const result = checkHeader({ ...sampleHeader, part, ...change })
    assert.ok(!result.ok)
    assert.match(result.detail, detail)
    assert.ok(result.detail.length < 250, 'what was found is shown in short')
  })

for (const version of [0, 3, 99])
  test(`version ${version} is refused as such`, () => {
    const result = checkHeader({ ...sampleHeader, version })
    assert.ok(!result.ok)
    assert.equal(result.version, version)
    assert.match(result.detail, /is not among 1..2: upgrade the older end/)
  })

for (const value of [null, undefined, 7, 'x', []])
  test(`${JSON.stringify(value)} is no header`, () => {
    const result = checkHeader(value)
    assert.equal(result.ok ? '' : result.detail, 'header is not a JSON object')
  })
