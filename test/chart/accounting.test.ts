import { deepEqual, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { chart } from './render.ts'

const script = readFileSync(join(chart, 'files', 'accounting.sh'), 'utf8')
const switches = ['nf_conntrack_acct', 'nf_conntrack_events', 'nf_conntrack_timestamp'] as const

/** Runs the init container's script over a folder with these switches; those not given are not there. */
function run(before: { readonly [name: string]: string }) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-switches-'))
  try {
    for (const [name, value] of Object.entries(before)) writeFileSync(join(folder, name), `${value}\n`)
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'accounting', folder], { encoding: 'utf8' })
    const after = Object.keys(before).map(name => readFileSync(join(folder, name), 'utf8').trim())
    return { status, stdout, stderr, after }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('switches that are off or automatic are turned on, and their old values told', () => {
  const { status, stdout, stderr, after } = run({ [switches[0]]: '0', [switches[1]]: '2', [switches[2]]: '1' })
  deepEqual([status, stderr, after], [0, '', ['1', '1', '1']])
  match(stdout, /nf_conntrack_acct was 0, is 1 now; it stays so/)
  match(stdout, /nf_conntrack_events was 2, is 1 now/)
  match(stdout, /nf_conntrack_timestamp is 1 already/)
})

test('what cannot be set is a warning, not a failure: the agent must start', () => {
  const { status, stderr } = run({ [switches[0]]: '0' })
  equal(status, 0)
  match(stderr, /warning: nf_conntrack_timestamp is missing and could not be set/)
})
