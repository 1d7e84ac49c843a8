import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { parse, parseDocument, visit } from 'yaml'
import { agentSettings } from '../../agent/config.ts'
import { settingsTable } from '../../server/config.ts'
import { at } from './manifest.ts'
import { chart } from './render.ts'

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8')
const valuesText = read(chart, 'values.yaml')
const values: unknown = parse(valuesText)
const schema: object = JSON.parse(read(chart, 'values.schema.json'))
const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema)

/** What helm does before it validates: a user's maps are laid over the chart's, lists and scalars replace. */
function laidOver(under: unknown, over: unknown): unknown {
  if (!isMap(under) || !isMap(over)) return over
  const keys = new Set([...Object.keys(under), ...Object.keys(over)])
  return Object.fromEntries([...keys].map(key => [key, key in over ? laidOver(under[key], over[key]) : under[key]]))
}
const isMap = (value: unknown): value is { [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

test('the defaults and the files of cases fit the schema', () => {
  for (const over of [
    {},
    ...['minimal', 'everything'].map(name => parse(read(import.meta.dirname, 'values', `${name}.yaml`))),
  ]) {
    validate(laidOver(values, over))
    deepEqual(validate.errors ?? [], [])
  }
})

test('the schema knows every value, and no other', () => {
  const typos: string[] = []
  visit(parseDocument(valuesText), {
    Seq: () => visit.SKIP,
    Map(_, map, path) {
      const keys = path.flatMap(node => ('key' in node ? [String(node.key)] : []))
      if (isFree(keys)) return visit.SKIP
      if (map.items.length > 0 || keys.length === 0) typos.push([...keys, 'tpyo'].join('.'))
      return undefined
    },
  })
  ok(typos.length > 15)
  for (const typo of typos) {
    const wrong = typo.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), true)
    equal(validate(laidOver(values, wrong)), false, typo)
    ok(
      validate.errors?.some(({ params }) => at(params, 'additionalProperty') === 'tpyo'),
      typo,
    )
  }
})

/** Below these, Kubernetes says what may be there. */
const isFree = (keys: readonly string[]): boolean =>
  keys.some(key => ['nodeSelector', 'affinity', 'requests', 'limits', 'labels'].includes(key))

test('every value is explained beside it, or by the comment above its group', () => {
  const lines = valuesText.split('\n')
  const top = lines.flatMap((line, index) => (/^[a-zA-Z]+:/.test(line) ? [index] : []))
  // Names of ways that the settings of the program of the same name explain.
  const bare = new Set(['nameOverride', 'image', 'agent', 'server', 'rbac', 'service', 'ingress', 'httpRoute'])
  for (const index of top) {
    const name = lines[index]?.split(':')[0] ?? ''
    const around = [lines[index - 1], lines[index + 1]].some(line => line?.trim().startsWith('#'))
    ok(around || bare.has(name), name)
  }
})

test('settings that the chart passes on are settings of the program', () => {
  const names = (...path: string[]) =>
    Object.keys(at(schema, 'properties', ...path, 'properties', 'settings', 'properties') ?? {})
  deepEqual(
    names('agent').filter(name => !(name in agentSettings)),
    [],
  )
  deepEqual(
    names('server').filter(name => !(name in settingsTable)),
    [],
  )
})

test('the chart is of the version of the program', () => {
  const { version }: { version: string } = JSON.parse(read(chart, '..', '..', 'package.json'))
  const about: unknown = parse(read(chart, 'Chart.yaml'))
  deepEqual([at(about, 'version'), at(about, 'appVersion')], [version, version])
})
