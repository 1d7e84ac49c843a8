import { deepEqual, equal } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { awsCli, kubectlApply, kubectlPatch, templatePatch } from '../../../../server/rollouts/advise/patches.ts'
import { runShell } from './lab/shell.ts'

/** Names that no API server would take, and that a shell would act on. */
const hostile = [
  "'; touch owned; '",
  '$(touch owned)',
  '`touch owned`',
  '"$HOME"',
  '--all',
  'a b\tc',
  'line\nkubectl delete namespace shop',
  '; touch owned #',
  "it's",
  '\\',
  '*',
  '~',
  'ünïcode ✓',
]

/** What a real shell, which finds no program, makes of a command line: the words that kubectl and aws would get. */
function shellSays(text: string): string[] {
  const script = `kubectl() { printf '%s\\0' kubectl "$@"; }\naws() { printf '%s\\0' aws "$@"; }\n${text}`
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: { PATH: '/nowhere' } })
    .split('\0')
    .slice(0, -1)
}

for (const name of hostile)
  test(`a name stays one word of the command: ${JSON.stringify(name)}`, () => {
    const body = { metadata: { annotations: { [name]: name } } }
    const { text } = kubectlPatch('service', name, name, 'merge', body)
    const want = [
      'kubectl',
      'patch',
      `service/${name}`,
      `--namespace=${name}`,
      '--type=merge',
      `--patch=${JSON.stringify(body)}`,
    ]
    deepEqual(shellSays(text), want)
    deepEqual(shellSays(awsCli([['aws', 'elbv2', 'x', '--names', name]]).text), ['aws', 'elbv2', 'x', '--names', name])
  })

for (const name of hostile)
  test(`a name stays one value of the document: ${JSON.stringify(name)}`, () => {
    const document = { metadata: { name, labels: { [name]: name } } }
    const parsed = parseAllDocuments(kubectlApply([document, document]).text)
    deepEqual(
      parsed.map(one => one.toJS()),
      [document, document],
    )
  })

test('the lab’s shell is a shell: it gets the same words', () => {
  for (const name of hostile) {
    const { text } = kubectlPatch('service', name, name, 'merge', { spec: { name } })
    const words: string[][] = []
    runShell(text, given => {
      words.push([...given])
      return ''
    })
    deepEqual(words, [shellSays(text)], name)
  }
})

const kinds: [kind: string, type: string | undefined][] = [
  ['Deployment', '--type=strategic'],
  ['StatefulSet', '--type=strategic'],
  ['CronJob', '--type=strategic'],
  ['Rollout', '--type=merge'], // a custom resource has no strategic merge
  ['Job', undefined], // its template cannot be changed
  ['Pod', undefined],
]
for (const [kind, type] of kinds)
  test(`a ${kind} is patched by ${type ?? 'nothing'}`, () => {
    const patch = templatePatch({ kind, name: 'web' }, 'shop', { nodeSelector: {} })
    equal(patch === undefined ? undefined : shellSays(patch.text)[4], type)
  })
