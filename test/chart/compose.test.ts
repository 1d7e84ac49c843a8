import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { readAgentSettings } from '../../agent/config.ts'
import { readServerSettings } from '../../server/config.ts'
import { directoryDocument } from '../lab/directory-file.ts'
import { shop } from '../lab/shop.ts'
import { at, listAt, textAt } from './manifest.ts'

const root = join(import.meta.dirname, '..', '..')
const compose: unknown = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true })
const services = Object.entries(at(compose, 'services') ?? {})
const recordings = join(root, 'test', 'fixtures', 'recordings')

/** Keys of a service that this file uses, as the Compose Specification names them. */
const serviceKeys = [
  ...['build', 'cap_drop', 'command', 'depends_on', 'environment', 'healthcheck', 'image', 'ports', 'read_only'],
  ...['restart', 'security_opt', 'tmpfs', 'volumes'],
]

test('docker compose takes the file', { skip: composeMissing() }, () => {
  const { status, stderr } = spawnSync('docker', ['compose', 'config', '--quiet'], { cwd: root, encoding: 'utf8' })
  equal(status, 0, stderr)
})

function composeMissing(): string | false {
  const { status } = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' })
  return status === 0 ? false : 'no docker compose here: the file is only held to the checks below'
}

test('only keys of the Compose Specification, and no right beyond an unprivileged container', () => {
  const top = Object.keys(at(compose) ?? {}).filter(key => !key.startsWith('x-'))
  deepEqual(top.sort(), ['name', 'services', 'volumes'])
  for (const [name, service] of services) {
    deepEqual(
      Object.keys(service).filter(key => !serviceKeys.includes(key)),
      [],
      name,
    )
    deepEqual(listAt(service, 'cap_drop'), ['ALL'], name)
    deepEqual(listAt(service, 'security_opt'), ['no-new-privileges:true'], name)
    equal(at(service, 'read_only'), true, name)
    for (const key of ['command', 'cap_drop', 'volumes', 'tmpfs', 'ports'])
      for (const item of listAt(service, key)) equal(typeof item, 'string', `${name}: ${key}`)
    for (const word of listAt(service, 'healthcheck', 'test')) equal(typeof word, 'string', `${name}: healthcheck`)
    for (const mount of [...listAt(service, 'tmpfs'), ...listAt(service, 'volumes')])
      match(String(mount), /^[^:]+:\S+$/)
    for (const port of listAt(service, 'ports')) match(String(port), /^127\.0\.0\.1:/)
  }
})

test('every service is one of the image, and starts with settings that its program takes', () => {
  equal(textAt(compose, 'services', 'server', 'build'), '.')
  for (const [name, service] of services) {
    equal(textAt(service, 'image'), 'weir:demo')
    const read = textAt(service, 'command', '0') === 'server' ? readServerSettings : readAgentSettings
    const given = Object.entries(at(service, 'environment') ?? {})
    const env: { [variable: string]: string } = {}
    for (const [variable, value] of given) {
      equal(typeof value, 'string', `${name}: ${variable} must be a text`)
      env[variable] = String(value)
    }
    const settings = read([], env)
    deepEqual(settings.ok ? [] : settings.problems, [], name)
  }
})

test('there is an agent for every node of the recorded shop, with its recording', () => {
  const agents = services.filter(([, service]) => textAt(service, 'command', '0') === 'agent')
  deepEqual(
    agents.map(([, service]) => textAt(service, 'environment', 'WEIR_NODE')).sort(),
    shop(1500).nodes.map(node => node.name),
  )
  for (const [name, service] of agents) {
    const file = textAt(service, 'environment', 'WEIR_RECORDING').replace(/^\/recordings\//, '')
    ok(existsSync(join(recordings, file)), name)
    ok(textAt(service, 'environment', 'WEIR_NODE').endsWith(file.replace('.rec', '')), name)
  }
})

test('the directory file beside the recordings is that of the recorded shop', () => {
  deepEqual(parse(readFileSync(join(recordings, 'directory.yaml'), 'utf8')), directoryDocument(shop(1500)))
})
