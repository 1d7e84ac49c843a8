import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decimal,
  flag,
  listenAddress,
  nearest,
  nonEmpty,
  oneOf,
  readSettings,
  settingsHelp,
  text,
  wholeNumber,
} from '@weir/contract/settings.ts'

const table = {
  serverUrl: { means: 'Where the server is', fallback: undefined, parse: nonEmpty },
  windowMs: { means: 'Milliseconds of a window', fallback: '10000', parse: wholeNumber(1_000, 60_000) },
  secret: { means: 'The shared secret', fallback: '', parse: wholeNumber(1, 9), secret: true },
  manageSysctls: { means: 'Switch accounting on', fallback: 'false', parse: flag },
}
const most = { ...table, secret: { ...table.secret, parse: text } }
const url = { WEIR_SERVER_URL: 'http://server' }

const good: [why: string, argv: string[], env: { [name: string]: string }, want: object][] = [
  [
    'defaults stand where nothing is given',
    [],
    url,
    { serverUrl: 'http://server', windowMs: 10_000, secret: '', manageSysctls: false },
  ],
  ['a variable goes before the default', [], { ...url, WEIR_WINDOW_MS: '2000' }, { windowMs: 2_000 }],
  ['a flag goes before the variable', ['--window-ms', '3000'], { ...url, WEIR_WINDOW_MS: '2000' }, { windowMs: 3_000 }],
  [
    'a flag may carry its value',
    ['--window-ms=4000', '--server-url=http://a=b'],
    {},
    { windowMs: 4_000, serverUrl: 'http://a=b' },
  ],
  ['a flag alone is a yes', ['--manage-sysctls', '--window-ms', '5000'], url, { manageSysctls: true, windowMs: 5_000 }],
  ['a flag alone at the end is a yes', ['--manage-sysctls'], url, { manageSysctls: true }],
  [
    'a yes can be taken back',
    ['--manage-sysctls=false'],
    { ...url, WEIR_MANAGE_SYSCTLS: 'true' },
    { manageSysctls: false },
  ],
  ['an empty value is a value', ['--secret='], { ...url, WEIR_SECRET: 'x' }, { secret: '' }],
  ['variables of others are none of ours', [], { ...url, HOME: '/', WEIRD: '1' }, {}],
]
for (const [why, argv, env, want] of good)
  test(why, () => {
    const result = readSettings(most, argv, env)
    assert.ok(result.ok, result.ok ? '' : result.problems.join('\n'))
    assert.deepEqual({ ...result.settings, ...want }, result.settings)
  })

const bad: [why: string, argv: string[], env: { [name: string]: string }, problems: RegExp[]][] = [
  [
    'what must be given is asked for',
    [],
    {},
    [/^--server-url \(or WEIR_SERVER_URL\) must be given: Where the server is$/],
  ],
  [
    'an unknown variable names the nearest',
    [],
    { ...url, WEIR_WINDOWMS: '1' },
    [/^unknown variable WEIR_WINDOWMS: did you mean WEIR_WINDOW_MS\?$/],
  ],
  [
    'an unknown flag names the nearest',
    ['--windw-ms=1'],
    url,
    [/^unknown argument --windw-ms: did you mean --window-ms\?$/],
  ],
  ['the value of an unknown flag is no second problem', ['--windw-ms', '2000'], url, [/^unknown argument --windw-ms/]],
  ['a stray word is a problem', ['fast'], url, [/^unknown argument fast/]],
  [
    'a bad value names where it came from',
    [],
    { ...url, WEIR_WINDOW_MS: '5' },
    [/^WEIR_WINDOW_MS "5": must be a whole number from 1000 to 60000$/],
  ],
  ['a bad flag names itself', ['--window-ms', 'soon'], url, [/^--window-ms "soon": must be a whole number/]],
  [
    'all problems are told at once',
    ['--window-ms=0', '--x'],
    {},
    [/^unknown argument --x/, /^--server-url/, /^--window-ms "0"/],
  ],
]
for (const [why, argv, env, problems] of bad)
  test(why, () => {
    const result = readSettings(most, argv, env)
    assert.ok(!result.ok)
    assert.equal(result.problems.length, problems.length, result.problems.join('\n'))
    for (const [i, problem] of problems.entries()) assert.match(result.problems[i] ?? '', problem)
  })

test('a bad secret is not shown', () => {
  const result = readSettings(table, [], { ...url, WEIR_SECRET: 'hunter2' })
  assert.ok(!result.ok)
  assert.deepEqual(result.problems, ['WEIR_SECRET: must be a whole number from 1 to 9'])
})

const parsers: [what: string, parse: (text: string) => unknown, text: string, want: unknown][] = [
  ['a whole number', wholeNumber(0, 10), '10', 10],
  ['a whole number', wholeNumber(0, 10), '11', Error],
  ['a whole number', wholeNumber(0, 10), '1.5', Error],
  ['a whole number', wholeNumber(0, 10), '1e1', Error],
  ['a whole number', wholeNumber(0, 10), '', Error],
  ['a whole number', wholeNumber(0, 10), ' 1', Error],
  ['a decimal', decimal(0, 1), '0.01', 0.01],
  ['a decimal', decimal(0, 1), '1.01', Error],
  ['a decimal', decimal(0, 1), ' ', Error],
  ['a decimal', decimal(0, 1), 'NaN', Error],
  ['one of', oneOf('live', 'recording'), 'live', 'live'],
  ['one of', oneOf('live', 'recording'), 'Live', Error],
  ['a flag', flag, 'yes', Error],
  ['a text that is not empty', nonEmpty, '', Error],
  ['an address to listen on', listenAddress, '0.0.0.0:8080', { host: '0.0.0.0', port: 8080 }],
  ['an address to listen on', listenAddress, '[::]:0', { host: '::', port: 0 }],
  ['an address to listen on', listenAddress, ':8080', { host: '', port: 8080 }],
  ['an address to listen on', listenAddress, '8080', Error],
  ['an address to listen on', listenAddress, '::1:8080', Error],
  ['an address to listen on', listenAddress, 'localhost:65536', Error],
]
for (const [what, parse, given, want] of parsers)
  test(`${what} from ${JSON.stringify(given)}`, () => {
    if (want === Error) assert.throws(() => parse(given), Error)
    else assert.deepEqual(parse(given), want)
  })

test('the nearest name is the one with the fewest edits away', () => {
  assert.equal(nearest('kiten', ['sitting', 'kitten', 'mitten']), 'kitten')
  assert.equal(nearest('anything', []), '')
})

test('help names flag, variable, default and meaning', () => {
  const help = settingsHelp(table)
  assert.match(help, /--server-url {2}\(WEIR_SERVER_URL, required\)\n {6}Where the server is/)
  assert.match(help, /--window-ms {2}\(WEIR_WINDOW_MS, default: 10000\)/)
  assert.match(help, /--secret {2}\(WEIR_SECRET, default: none\)/)
})
