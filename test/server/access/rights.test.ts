import { deepEqual, match, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { parseRights, rightsToAll } from '../../../server/access/rights.ts'

const rights = parseRights(`
users:
  alice@example.com: all
  bob: [shop]
groups:
  sre: all
  team-data: [data, kafka]
`)

const cases: [why: string, name: string, groups: string[], scope: 'all' | string[]][] = [
  ['a user by name', 'bob', [], ['shop']],
  ['a user of everything', 'alice@example.com', [], 'all'],
  ['a user and a group add up', 'bob', ['team-data'], ['shop', 'data', 'kafka']],
  ['one group of everything is enough', 'bob', ['team-data', 'sre'], 'all'],
  ['nobody has been given anything by default', 'carol', ['others'], []],
  ['names are compared as they are', 'Bob', ['SRE'], []],
  ['no name reaches into the object behind it', 'constructor', ['__proto__', 'toString'], []],
]
for (const [why, name, groups, scope] of cases)
  test(why, () => deepEqual(rights.of(name, groups), scope === 'all' ? 'all' : new Set(scope)))

test('without a file everybody who is let in sees everything', () => deepEqual(rightsToAll.of('x', []), 'all'))

const bad: [why: string, text: string, problem: RegExp][] = [
  ['an unknown part', 'user: {}', /unknown key "user": users, groups/],
  ['a list instead of names', '[a]', /expected names/],
  ['a right that is a word', 'users: { bob: shop }', /users\.bob: expected all, or a list of namespaces/],
  ['a pattern, which would match nothing', 'groups: { dev: ["shop-*"] }', /groups\.dev: "shop-\*" is no namespace/],
  ['an empty namespace, which is what nodes and the internet are in', 'users: { bob: [""] }', /users\.bob: "" is no/],
  ['an empty file', '', /expected names/],
  ['no YAML', 'users: [', /./],
]
for (const [why, text, problem] of bad)
  test(`refused: ${why}`, () =>
    throws(
      () => parseRights(text),
      (error: Error) => {
        match(error.message, problem)
        return true
      },
    ))
