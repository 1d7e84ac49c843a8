import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import {
  DEFAULT_FORMAT,
  type FormatResult,
  isHeader,
  readColumns,
  readHeader,
  readLogFormat,
} from '../../../agent/vpcflow/format.ts'

const missing = (result: FormatResult) => (result.ok ? result.format.missing.map(({ field }) => field) : [])

test('a header, DescribeFlowLogs’ format and Parquet’s columns say the same', () => {
  const fields = 'version interface-id srcaddr dstaddr bytes start end az-id something-new'
  const format = fields.replace(/\S+/g, field => `\${${field}}`)
  deepEqual(readLogFormat(format), readHeader(fields))
  deepEqual(readColumns(fields.replaceAll('-', '_').split(' ')), readHeader(fields))
})

test('the default format lacks what tells pods, directions and zones, and says what is lost', () => {
  const result = readLogFormat(DEFAULT_FORMAT)
  const names = missing(result)
  for (const field of ['pkt-srcaddr', 'pkt-dstaddr', 'flow-direction', 'az-id', 'next-hop-az-id', 'tcp-flags'])
    equal(names.includes(field as never), true, field)
  equal(names.includes('srcaddr'), false)
  match(result.ok ? (result.format.missing[0]?.lost ?? '') : '', /pods/)
})

const refused: readonly [fields: string, why: RegExp][] = [
  ['version resource-type account-id tgw-id tgw-src-eni srcaddr dstaddr bytes start end', /transit gateway/],
  ['version interface-id srcaddr dstaddr start end', /lack bytes: there is nothing to count/],
  ['version srcaddr dstaddr bytes start end', /interface-id and resource-id/],
  ['interface-id dstaddr bytes start end', /srcaddr and pkt-srcaddr: nobody knows who sent/],
  ['interface-id srcaddr dstaddr bytes bytes start end', /bytes twice/],
]
for (const [fields, why] of refused)
  test(`refused: ${fields}`, () => {
    const result = readHeader(fields)
    equal(result.ok, false)
    match(result.ok ? '' : result.detail, why)
  })

test('a header is told from a record by its first word', () => {
  equal(isHeader('version account-id'), true)
  equal(isHeader('start end bytes'), true)
  equal(isHeader('eni-0123 10.0.0.1'), false)
  equal(isHeader('2 123456789010 eni-1'), false)
})
