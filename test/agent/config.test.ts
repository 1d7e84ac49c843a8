import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { agentHelp, agentSettings, readAgentSettings } from '../../agent/config.ts'

const problemsOf = (argv: readonly string[], env = {}): readonly string[] => {
  const read = readAgentSettings(argv, env)
  return read.ok ? [] : read.problems
}

test('the defaults are a working agent', () => {
  const read = readAgentSettings([], {})
  equal(read.ok && read.settings.windowMs, 10_000)
  equal(read.ok && read.settings.spoolDir, '/var/lib/weir')
  equal(read.ok && read.settings.spoolMaxBytes, 268_435_456)
  equal(read.ok && read.settings.metricsListen, undefined)
})

test('every setting has a line in the help', () => {
  for (const name of Object.keys(agentSettings))
    match(agentHelp(), new RegExp(`--${name.replace(/[A-Z]/g, c => `-${c.toLowerCase()}`)} `))
})

const cases: readonly [why: string, argv: readonly string[], problem: RegExp][] = [
  ['a URL that is none', ['--server-url', 'weir:8081'], /--server-url "weir:8081": must be a URL such as http/],
  ['a password in the URL', ['--server-url', 'http://me:pw@weir:1'], /must hold no user or password/],
  ['a node name that the wire would refuse', ['--node', 'a b'], /--node "a b": must be 1 to 253/],
  ['a window that does not divide a minute', ['--window-ms', '7000'], /must divide 60000/],
  ['a dump interval that does not divide the window', ['--dump-every-ms', '3000'], /must divide --window-ms 10000/],
  ['a spool without room', ['--spool-max-bytes', '5'], /whole number from 1048576/],
  ['a recording without a file', ['--source', 'recording'], /--recording must name a file/],
  ['two secrets', ['--secret', 'a', '--secret-file', '/b'], /exclude each other/],
  ['a flag that does not exist', ['--spool-directory', '/x'], /did you mean --spool-dir\?/],
  ['an address without a port', ['--metrics-listen', 'localhost'], /must be HOST:PORT/],
]
for (const [why, argv, problem] of cases)
  test(`${why} is named, with what would be right`, () => {
    const problems = problemsOf(argv)
    equal(problems.length, 1)
    match(problems[0] ?? '', problem)
  })

test('all problems are told at once, and the secret in none of them', () => {
  const problems = problemsOf(['--window-ms', 'x', '--mtu', '-1'], {
    WEIR_SECRT: 'tell-nobody',
    WEIR_SECRET: 'tell-nobody',
  })
  deepEqual(problems.length, 3)
  equal(problems.join().includes('tell-nobody'), false)
})
