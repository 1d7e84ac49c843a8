import { deepEqual, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { chart } from './render.ts'

const script = readFileSync(join(chart, 'files', 'accounting.sh'), 'utf8')
const switches = ['nf_conntrack_acct', 'nf_conntrack_events', 'nf_conntrack_timestamp']

/**
 * As the kubelet starts the init container: the folder of the switches at another place, /proc/sys read-only, no
 * capability and no way to gain one; in a network namespace of its own, so that this machine's stay as they are.
 */
const asInitContainer = `
set -e
mount --bind /proc/sys/net/netfilter "$FOLDER"
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
for switch in ${switches.join(' ')}; do echo 0 2>/dev/null >"$FOLDER/$switch"; done
without="setpriv --no-new-privs --bounding-set=-all --inh-caps=-all"
$without sh -c 'echo 1 2>/dev/null >/proc/sys/net/netfilter/nf_conntrack_acct' 2>/dev/null && echo "not read-only"
$without grep CapEff /proc/self/status
$without sh -c "$SCRIPT" accounting "$FOLDER"
cd /proc/sys/net/netfilter && cat ${switches.join(' ')}
`

test('user 0 without any capability turns the switches on through the mounted folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-netfilter-'))
  try {
    const env = { ...process.env, FOLDER: folder, SCRIPT: script }
    const ran = spawnSync('unshare', ['--net', '--mount', 'sh', '-c', asInitContainer], { env, encoding: 'utf8' })
    equal(ran.status, 0, ran.stdout + ran.stderr)
    equal(ran.stderr, '')
    match(ran.stdout, /CapEff:\s*0000000000000000/)
    for (const name of switches) match(ran.stdout, new RegExp(`${name} was 0, is 1 now`))
    deepEqual(ran.stdout.trim().split('\n').slice(-3), ['1', '1', '1'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
