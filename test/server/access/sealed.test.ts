import { deepEqual, equal } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { seal, unseal } from '../../../server/access/sealed.ts'

const key = randomBytes(32)
const text = seal(key, 'session', { name: 'dana' }, 1_000)

test('what was sealed comes back until its moment', () => {
  deepEqual(unseal(key, 'session', text, 999), { name: 'dana', expiresAt: 1_000 })
  equal(unseal(key, 'session', text, 1_000), undefined)
})

test('what was sealed for one purpose is nothing for another: a sign-in under way is no session', () => {
  equal(unseal(key, 'oidc flow', text, 0), undefined)
})

const changed: [why: string, given: string | undefined][] = [
  ['nothing', undefined],
  [
    'another body under the same signature',
    `${seal(key, 'session', { name: 'eve' }, 1_000).split('.')[0]}.${text.split('.')[1]}`,
  ],
  ['a body alone', text.split('.')[0]],
  ['something behind it', `${text}.x`],
  ['another key', seal(randomBytes(32), 'session', { name: 'dana' }, 1_000)],
]
for (const [why, given] of changed) test(`undefined: ${why}`, () => equal(unseal(key, 'session', given, 0), undefined))
