import { readFileSync } from 'node:fs'

const statusMib = (pid: number, field: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024

/** Resident memory of a process, MiB. */
export const rssMib = (pid: number): number => statusMib(pid, 'VmRSS')

/** The most it ever had, MiB. */
export const peakMib = (pid: number): number => statusMib(pid, 'VmHWM')

/** CPU time of a process, all threads, ms: fields 14 and 15 of proc_pid_stat(5), in ticks of 10 ms. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
