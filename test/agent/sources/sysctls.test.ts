import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { conntrackSysctls, tableMax } from '../../../agent/sources/sysctls.ts'

/** A directory that looks like /proc/sys/net/netfilter. */
function directory(values: Record<string, string>): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'weir-sysctls-'))
  for (const [name, value] of Object.entries(values)) writeFileSync(join(path, `nf_conntrack_${name}`), `${value}\n`)
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

test('all on', () => {
  using on = directory({ acct: '1', events: '1', timestamp: '1', max: '262144' })
  deepEqual(conntrackSysctls(true, on.path), { accounting: 'on', events: 'on', timestamps: 'on' })
  equal(tableMax(on.path), 262_144)
})

test('what is off stays off unless it is ours to manage; events=2 is the automatic mode of newer kernels', () => {
  using off = directory({ acct: '0', events: '2', timestamp: '0' })
  deepEqual(conntrackSysctls(false, off.path), { accounting: 'off', events: 'auto', timestamps: 'off' })
  equal(readFileSync(join(off.path, 'nf_conntrack_acct'), 'utf8'), '0\n')
})

test('what is ours to manage is switched on', () => {
  using off = directory({ acct: '0', events: '2', timestamp: '0' })
  deepEqual(conntrackSysctls(true, off.path), {
    accounting: 'switched on',
    events: 'switched on',
    timestamps: 'switched on',
  })
  equal(readFileSync(join(off.path, 'nf_conntrack_events'), 'utf8'), '1')
})

test('switches this kernel does not have are unknown', () => {
  using none = directory({})
  deepEqual(conntrackSysctls(true, none.path), { accounting: 'unknown', events: 'unknown', timestamps: 'unknown' })
  equal(tableMax(none.path), 0)
})
