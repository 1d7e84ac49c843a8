import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { schemas } from '../../../server/api/openapi-schemas.ts'
import type { Schema } from '../../../server/api/schema.ts'
import { aChange } from '../rollouts/readings/changes.ts'
import { KeptChanges } from './kept-changes.ts'
import { now, stage } from './stage.ts'

interface Operation {
  readonly parameters: readonly { readonly name: string }[]
  readonly responses: {
    readonly 200: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
  }
}

test('every path of openapi.json answers with what its schema says, and every route is in it', async () => {
  const rollouts = new KeptChanges(now)
  rollouts.add(aChange(0, { id: 'change-1' }))
  await using server = await stage({ rollouts })
  const response = await server.get('/api/v1/openapi.json')
  const { paths } = (await response.json()) as { paths: { [path: string]: { get: Operation } } } // our own document
  deepEqual(Object.keys(paths).sort(), server.routes.map(route => route.path).sort())
  for (const [path, { get }] of Object.entries(paths)) {
    const answer = await server.get(filled(path))
    equal(answer.status, 200, path)
    const schema = get.responses[200].content['application/json'].schema
    deepEqual(differences(await answer.json(), schema, path), [])
  }
})

test('a problem answers with what its schema says', async () => {
  await using server = await stage()
  for (const path of ['/api/v1/pairs?limit=x', '/api/v1/nothing'])
    deepEqual(differences(await (await server.get(path)).json(), schemas.Problem, path), [])
})

test('docs/api.md has every route and every parameter, and no other', async () => {
  await using server = await stage()
  const docs = await readFile(new URL('../../../docs/api.md', import.meta.url), 'utf8')
  const told = [...docs.matchAll(/^### `GET (\/api\/v1\/\S+?)`/gm)].map(([, path]) => path)
  deepEqual(
    told.sort(),
    [...new Set(server.served.map(asDocumented).filter(path => path.startsWith('/api/v1/')))].sort(),
  )
  for (const { path, parameters } of server.routes)
    for (const name of Object.keys(parameters))
      ok(docs.includes(`\`${name}\``), `${path}: ${name} is not in docs/api.md`)
})

/** express writes `:name` where the documents have `{name}`. */
const asDocumented = ({ path }: { readonly path: string }): string => path.replaceAll(/:(\w+)/g, '{$1}')

/** A path with the names of something that the stage has, and what else must be given. */
const filled = (path: string): string =>
  path.replace('{namespace}', 'shop').replace('{name}', 'cart').replace('{id}', 'change-1') +
  (path.endsWith('/gate') ? '?namespace=shop&service=cart&maxCrossShare=10%25' : '')

/** Where a value is not what a schema says: missing and unknown fields, wrong types, words of no list. */
function differences(value: unknown, schema: Schema, at: string): string[] {
  if (schema.$ref !== undefined) return differences(value, named(schema.$ref), at)
  if (schema.allOf !== undefined) {
    const properties = Object.assign(
      {},
      ...schema.allOf.map(one => resolved(one).properties ?? {}),
    ) as Schema['properties']
    return differences(
      value,
      { type: 'object', ...(properties && { properties, required: Object.keys(properties) }) },
      at,
    )
  }
  const types = [schema.type ?? []].flat()
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  const fits = types.includes(type) || (types.includes('integer') && Number.isInteger(value))
  if (!fits) return [`${at} is ${type}, not ${types.join(' or ')}`]
  if (schema.enum !== undefined && !schema.enum.includes(String(value))) return [`${at} is ${value}`]
  if (Array.isArray(value)) return value.flatMap((item, i) => differences(item, schema.items ?? {}, `${at}[${i}]`))
  if (typeof value !== 'object' || value === null || schema.additionalProperties === true) return []
  const known = schema.properties ?? {}
  return [
    ...(schema.required ?? []).filter(name => !(name in value)).map(name => `${at}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, field]) => {
      const property = known[name]
      return property === undefined ? [`${at}.${name} is in no schema`] : differences(field, property, `${at}.${name}`)
    }),
  ]
}

const resolved = (schema: Schema): Schema => (schema.$ref === undefined ? schema : named(schema.$ref))

function named(ref: string): Schema {
  const found = Object.entries(schemas).find(([name]) => ref.endsWith(`/${name}`))
  if (found === undefined) throw new RangeError(`no schema ${ref}`)
  return found[1]
}
