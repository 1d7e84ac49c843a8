import { readFileSync, writeFileSync } from 'node:fs'
import type { SysctlState } from './flow-source.ts'

/** Where the kernel shows them, per network namespace. Docs: docs.kernel.org/networking/nf_conntrack-sysctl.html */
export const SYSCTL_DIRECTORY = '/proc/sys/net/netfilter'

export interface ConntrackSysctls {
  /** nf_conntrack_acct: without it entries have no counters. Takes effect on new connections only. */
  readonly accounting: SysctlState
  /** nf_conntrack_events: 1 = all connections tell of their end, 2 = those opened after a listener came. */
  readonly events: SysctlState
  /** nf_conntrack_timestamp. */
  readonly timestamps: SysctlState
}

/**
 * Reads the switches, and with `manage` turns on what is off; that needs a writable /proc/sys, which a container has
 * only when it is privileged or mounts it. What could not be switched stays as it is and is reported as such.
 */
export function conntrackSysctls(manage: boolean, directory = SYSCTL_DIRECTORY): ConntrackSysctls {
  return {
    accounting: state(`${directory}/nf_conntrack_acct`, manage),
    events: state(`${directory}/nf_conntrack_events`, manage),
    timestamps: state(`${directory}/nf_conntrack_timestamp`, manage),
  }
}

/** nf_conntrack_max: entries the table may hold; 0 if it cannot be read. */
export function tableMax(directory = SYSCTL_DIRECTORY): number {
  return Number(read(`${directory}/nf_conntrack_max`) ?? 0)
}

function state(file: string, manage: boolean): SysctlState {
  const value = read(file)
  if (value === '1') return 'on'
  if (value !== '0' && value !== '2') return 'unknown'
  if (manage && write(file) && read(file) === '1') return 'switched on'
  return value === '2' ? 'auto' : 'off'
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1').trim()
  } catch {
    return undefined // no such switch in this kernel, or not for us: 'unknown' says so
  }
}

function write(file: string): boolean {
  try {
    writeFileSync(file, '1')
    return true
  } catch {
    return false // read-only /proc/sys: reported as not switched
  }
}
