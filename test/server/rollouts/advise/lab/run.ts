import { random } from '../../../../random.ts'
import type { Lab } from './cluster.ts'
import { endpointsOf, type LabEndpoint, reachable } from './hints.ts'
import { type LabPod, podsOf } from './scheduler.ts'
import { podEnd, Tally } from './tally.ts'

export const SIDES_OF_PODS = 2

/** A run of the lab: who is where, and dice. */
export class Run {
  readonly lab: Lab
  readonly pods: readonly LabPod[]
  readonly tally = new Tally()
  readonly #endpoints = new Map<string, readonly LabEndpoint[]>()
  readonly #dice: () => number

  constructor(lab: Lab, seed: number) {
    this.lab = lab
    this.pods = podsOf(lab)
    this.#dice = random(seed)
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#dice() * from.length)]
  }

  next(): number {
    return this.#dice()
  }

  of(workload: string): LabPod[] {
    const found = this.pods.filter(pod => pod.workload === workload)
    if (found.length === 0)
      throw new Error(`no pod of ${workload}: ${[...new Set(this.pods.map(pod => pod.workload))]}`)
    return found
  }

  endpoints(path: string): readonly LabEndpoint[] {
    const known = this.#endpoints.get(path) ?? endpointsOf(this.lab, path, this.pods)
    this.#endpoints.set(path, known)
    return known
  }
}

export const direct = { leg: 'direct', via: '', viaZone: '' } as const
export const named = (path: string) => {
  const [serviceNamespace = '', serviceName = ''] = path.split('/')
  return { serviceNamespace, serviceName }
}

export function toService(run: Run, client: LabPod, path: string, bytes: number, byMesh = false): void {
  const all = run.endpoints(path)
  const chosen = run.pick(byMesh ? bySidecar(run.lab, path, all, client) : reachable(run.lab, path, all, client.node))
  if (chosen === undefined) {
    run.tally.dropped += bytes
    return
  }
  const { pod } = chosen
  if (pod === client) return
  const dialled = byMesh ? 'direct' : 'cluster-ip'
  const key = { initiator: podEnd(client), responder: podEnd(pod), ...named(path), dialled, ...direct } as const
  run.tally.hop(key, bytes, [client.zone, pod.zone], SIDES_OF_PODS)
}

/** Istio keeps to the locality only where a rule switches it on and tells what an outlier is. */
function bySidecar(
  { objects }: Lab,
  path: string,
  all: readonly LabEndpoint[],
  { zone }: LabPod,
): readonly LabEndpoint[] {
  const [namespace, name] = path.split('/')
  const rule = objects.find(
    ({ kind, spec }) => kind === 'DestinationRule' && spec.host === `${name}.${namespace}.svc.cluster.local`,
  )
  const { loadBalancer, outlierDetection } = rule?.spec.trafficPolicy ?? {}
  if (loadBalancer?.localityLbSetting?.enabled !== true || outlierDetection === undefined) return all
  const near = all.filter(({ pod }) => pod.zone === zone)
  return near.length > 0 ? near : all
}
