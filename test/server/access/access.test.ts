import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { type Access, createAccess } from '../../../server/access/access.ts'
import { isRefusal } from '../../../server/access/rules.ts'
import { readServerSettings } from '../../../server/config.ts'

const TOKEN = 'a-token-of-some-length'

/** Access as the flags say, over files of a folder that is gone afterwards. */
async function using<T>(
  files: { readonly [name: string]: string },
  flags: (folder: string) => readonly string[],
  use: (access: Access, folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-access-'))
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
    const needed = ['--directory-file', 'd', '--open', 'true', '--data-dir', folder]
    const read = readServerSettings([...needed, ...flags(folder)], {})
    if (!read.ok) throw new Error(read.problems.join('\n'))
    return await use(await createAccess(read.settings, () => epochMs(0)), folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
const withToken = (folder: string) => ['--dashboard-token-file', join(folder, 'token')]
const withRights = (folder: string) => [...withToken(folder), '--rights-file', join(folder, 'rights.yaml')]
const asking = (token: string) => ({ headers: { authorization: `Bearer ${token}` }, remoteAddress: '127.0.0.1' })

test('a lone token without rights sees everything', () =>
  using({ token: `${TOKEN}\n` }, withToken, access =>
    deepEqual(access.whoIs(asking(TOKEN)), { name: 'token', scope: 'all', auth: 'token' }),
  ))

test('a named one has the rights of its name, with or without the name before it', () =>
  using({ token: `grafana:${TOKEN}, ${TOKEN}2`, 'rights.yaml': 'users: { grafana: [shop] }' }, withRights, access => {
    for (const given of [TOKEN, `grafana:${TOKEN}`])
      deepEqual(access.whoIs(asking(given)), { name: 'grafana', scope: new Set(['shop']), auth: 'token' })
    deepEqual(access.whoIs(asking(`${TOKEN}2`)), { name: 'token', scope: new Set(), auth: 'token' })
  }))

test('a part of a token is none', () =>
  using({ token: TOKEN }, withToken, access => {
    for (const given of [TOKEN.slice(1), `${TOKEN}x`, '', ':']) equal(isRefusal(access.whoIs(asking(given))), true)
  }))

test('told to ask nobody, it asks nobody', () =>
  using(
    {},
    () => ['--dashboard-auth', 'none'],
    access =>
      deepEqual(access.whoIs({ headers: {}, remoteAddress: '' }), { name: 'anyone', scope: 'all', auth: 'none' }),
  ))

test('the key of sessions is for the server’s own eyes, and stays over restarts', () =>
  using({ token: TOKEN }, withToken, async (access, folder) => {
    equal((await stat(join(folder, 'session-key'))).mode & 0o777, 0o600)
    const cookie = access.token?.begin(TOKEN, false, epochMs(0)) ?? ''
    const read = readServerSettings(
      ['--directory-file', 'd', '--open', 'true', '--data-dir', folder, ...withToken(folder)],
      {},
    )
    if (!read.ok) throw new Error(read.problems.join())
    const again = await createAccess(read.settings, () => epochMs(0))
    equal(isRefusal(again.whoIs({ headers: { cookie }, remoteAddress: '' })), false)
    await writeFile(join(folder, 'token'), 'another-token-0123')
    const changed = await createAccess(read.settings, () => epochMs(0))
    const who = changed.whoIs({ headers: { cookie }, remoteAddress: '' })
    match(isRefusal(who) ? who.detail : '', /the token of this session is no longer valid/)
  }))

const rights = { 'rights.yaml': 'users: {}' }
const bad: [why: string, files: { [name: string]: string }, problem: RegExp][] = [
  ['no token file', rights, /\/token'/],
  ['an empty token file', { ...rights, token: '\n' }, /token is empty/],
  ['a token one can guess', { ...rights, token: 'grafana:secret' }, /dashboard token 1 is shorter than 16 characters/],
  ['no rights file', { token: TOKEN }, /rights\.yaml/],
  ['a bad rights file', { token: TOKEN, 'rights.yaml': 'users: { a: b }' }, /rights\.yaml: users\.a: expected all/],
  ['a key that was cut short', { ...rights, token: TOKEN, 'session-key': 'x' }, /no key of 32 bytes/],
]
for (const [why, files, problem] of bad)
  test(`refused at the start: ${why}`, async () => {
    const told = await using(files, withRights, () => 'let in').catch((error: Error) => error.message)
    match(told, problem)
    equal(told.includes('grafana:secret'), false)
  })
