/**
 * What really crossed the wires of a month: hourly transfers between network interfaces. Agents, flow logs and the bill
 * are made from it. No imports of Weir: bill/ reads it as JSON and rests on these words only.
 */
export type ZoneLetter = 'a' | 'b' | 'c'

export type MachineKind = 'pod' | 'node' | 'rds' | 'elasticache' | 'alb' | 'nlb' | 'nat' | 'control plane' | 'machine' // an EC2 instance outside the cluster

/** One network interface, or a pod's address on one. */
export interface Machine {
  readonly id: string
  readonly kind: MachineKind
  readonly address: string
  readonly zone: ZoneLetter
  readonly vpc: 'main' | 'other'
  /** Of pods and nodes. */
  readonly node?: string
  readonly namespace?: string
  readonly workload?: string
}

/** Bytes as the network cards sent them, in STEP_HOURS. */
export interface Transfer {
  /** Hours from the month's beginning to theirs. */
  readonly hour: number
  /** Who opened the connection. */
  readonly from: string
  readonly to: string
  readonly there: number
  readonly back: number
  /** By public addresses of the region. */
  readonly isPublic?: boolean
}

export interface Truth {
  /** "2026-10" */
  readonly month: string
  readonly days: number
  readonly machines: readonly Machine[]
  readonly transfers: readonly Transfer[]
}

const GB = 2 ** 30
/** Transfers of so many hours are one: a month of hours takes the server a minute and more. */
export const STEP_HOURS = 2

interface Link {
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** Mean GB an hour of all pairs together, there and back. */
  readonly gb: readonly [there: number, back: number]
  readonly when?: 'always' | 'nights'
  readonly isPublic?: boolean
}

/** @param next random numbers from 0 to below 1 */
export function truthOf(month: string, next: () => number): Truth {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const start = new Date(Date.UTC(year, number - 1, 1))
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate()
  const machines = machinesOf()
  const links = linksOf(machines)
  const transfers: Transfer[] = []
  for (let hour = 0; hour < days * 24; hour += STEP_HOURS)
    for (const link of links) {
      const factor = load(link.when ?? 'daily', hour, start.getUTCDay()) * (0.8 + 0.4 * next())
      if (factor === 0) continue
      const pairs = link.from.flatMap(from => link.to.filter(to => to !== from).map(to => ({ from, to })))
      for (const pair of pairs) {
        const share = (STEP_HOURS * factor * (0.7 + 0.6 * next()) * GB) / pairs.length
        const [there, back] = link.gb.map(gb => Math.round(gb * share))
        transfers.push({
          hour,
          ...pair,
          there: there ?? 0,
          back: back ?? 0,
          ...(link.isPublic === true && { isPublic: true }),
        })
      }
    }
  return { month, days, machines, transfers }
}

/** Days are busier than nights, weekdays than weekends. */
function load(when: 'always' | 'nights' | 'daily', hour: number, firstWeekday: number): number {
  const ofDay = hour % 24
  if (when === 'always') return 1
  if (when === 'nights') return ofDay < 4 ? 3 : 0
  const weekday = (firstWeekday + Math.floor(hour / 24)) % 7
  return (1 + 0.6 * Math.sin((2 * Math.PI * (ofDay - 8)) / 24)) * (weekday === 0 || weekday === 6 ? 0.7 : 1)
}

const nodes = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2']
const zoneOf = (text: string): ZoneLetter => (text.startsWith('a') ? 'a' : text.startsWith('b') ? 'b' : 'c')
const third = { a: 0, b: 64, c: 128 } as const

const workloads: readonly (readonly [namespace: string, workload: string, on: readonly string[]])[] = [
  ['shop', 'web', ['a1', 'b1', 'c1']],
  ['shop', 'cart', ['a2', 'b2', 'c2']],
  ['shop', 'checkout', ['a1', 'b2']],
  ['data', 'api', ['a2', 'b1', 'c2']],
  ['data', 'queue', ['a1', 'b1', 'c1']],
  ['obs', 'collector', ['a2']],
  ['obs', 'shipper', nodes],
  ['edge', 'ingress', ['a1', 'c1']],
  ['batch', 'report', ['b2']],
]

function machinesOf(): Machine[] {
  const machines: Machine[] = []
  let host = 10
  const add = (machine: Omit<Machine, 'address' | 'vpc'> & { readonly vpc?: 'other' }) => {
    const network = machine.vpc === 'other' ? '10.9' : '10.0'
    machines.push({ vpc: 'main', ...machine, address: `${network}.${third[machine.zone]}.${host++}` })
  }
  for (const node of nodes) add({ id: node, kind: 'node', zone: zoneOf(node), node })
  for (const [namespace, workload, on] of workloads)
    for (const node of on)
      add({ id: `${workload}-${node}`, kind: 'pod', zone: zoneOf(node), node, namespace, workload })
  add({ id: 'rds-b', kind: 'rds', zone: 'b' })
  add({ id: 'rds-other-a', kind: 'rds', zone: 'a', vpc: 'other' })
  add({ id: 'cache-c', kind: 'elasticache', zone: 'c' })
  add({ id: 'alb-a', kind: 'alb', zone: 'a' })
  add({ id: 'alb-b', kind: 'alb', zone: 'b' })
  add({ id: 'nlb-a', kind: 'nlb', zone: 'a' })
  add({ id: 'nlb-c', kind: 'nlb', zone: 'c' })
  add({ id: 'nat-c', kind: 'nat', zone: 'c' })
  add({ id: 'api-servers-a', kind: 'control plane', zone: 'a' })
  add({ id: 'api-servers-b', kind: 'control plane', zone: 'b' })
  add({ id: 'legacy-a', kind: 'machine', zone: 'a' })
  add({ id: 'legacy-b', kind: 'machine', zone: 'b' })
  add({ id: 'partner-c', kind: 'machine', zone: 'c', vpc: 'other' })
  return machines
}

function linksOf(machines: readonly Machine[]): Link[] {
  const pods = (workload: string) => machines.filter(one => one.workload === workload).map(({ id }) => id)
  const servers = ['api-servers-a', 'api-servers-b']
  return [
    { from: pods('ingress'), to: pods('web'), gb: [1.1, 4.2] },
    { from: pods('web'), to: pods('cart'), gb: [0.9, 3.1] },
    { from: pods('cart'), to: pods('api'), gb: [0.6, 2.4] },
    { from: pods('checkout'), to: pods('api'), gb: [0.3, 0.7] },
    { from: pods('api'), to: pods('queue'), gb: [3.3, 0.2] },
    { from: pods('queue'), to: pods('queue'), gb: [2.2, 0.1] },
    { from: pods('shipper'), to: pods('collector'), gb: [1.8, 0.05], when: 'always' },
    { from: pods('report'), to: pods('api'), gb: [0.1, 2.5], when: 'nights' },
    { from: pods('api'), to: ['rds-b'], gb: [0.4, 2.9] },
    { from: pods('report'), to: ['rds-other-a'], gb: [0.05, 1.3], when: 'nights' },
    { from: pods('cart'), to: ['cache-c'], gb: [0.5, 1.7] },
    { from: ['alb-a', 'alb-b'], to: pods('web'), gb: [0.4, 1.9] },
    { from: pods('checkout'), to: ['alb-b'], gb: [0.2, 0.6] },
    { from: ['nlb-a', 'nlb-c'], to: pods('ingress'), gb: [0.7, 2.6] },
    { from: pods('checkout'), to: ['nlb-c'], gb: [0.3, 0.9] },
    { from: pods('api'), to: ['nat-c'], gb: [0.2, 1.1] },
    { from: nodes, to: servers, gb: [0.1, 0.4], when: 'always' },
    { from: servers, to: nodes, gb: [0.05, 0.2], when: 'always' },
    { from: servers, to: pods('ingress'), gb: [0.02, 0.02], when: 'always' },
    { from: ['legacy-a'], to: ['legacy-b'], gb: [0.8, 0.8] },
    { from: ['legacy-b'], to: pods('api'), gb: [0.2, 0.8] },
    { from: pods('web'), to: ['legacy-a'], gb: [0.1, 0.5] },
    { from: pods('checkout'), to: ['partner-c'], gb: [0.3, 0.6] },
    { from: pods('web'), to: ['legacy-b'], gb: [0.1, 0.3], isPublic: true },
    { from: ['partner-c'], to: ['rds-other-a'], gb: [0.4, 1.2] },
  ]
}
