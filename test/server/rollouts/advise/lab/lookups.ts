import type { Demand } from './cluster.ts'
import { reachable } from './hints.ts'
import { type Run, SIDES_OF_PODS, toService } from './run.ts'
import type { LabPod } from './scheduler.ts'
import { labNodes, podsBehind } from './scheduler.ts'
import { nodeEnd, podEnd } from './tally.ts'

export const HOUR_S = 3600

/** A name as resolvers ask for it: wrong guesses of the search path first, each kept for 5 s by a cache, then the right one for 30 s. */
interface Question {
  readonly name: string
  readonly keptFor: number
}

/** Lookups at random moments of an hour, of names that the pods' workload talks to. With a cache on the node only its misses leave it. */
export function lookUp(run: Run, demand: Extract<Demand, { kind: 'lookups' }>, from: readonly LabPod[]): void {
  const questions = questionsOf(run, demand.from)
  const cache = run.lab.objects.find(({ kind, metadata }) => kind === 'DaemonSet' && metadata.name === 'node-local-dns')
  const asked = Array.from({ length: demand.connections }, (_, i) => ({
    at: run.next() * HOUR_S,
    client: from[i % from.length],
    question: run.pick(questions),
  })).sort((a, b) => a.at - b.at)
  const kept = new Map<string, number>()
  for (const { at, client, question } of asked) {
    if (client === undefined || question === undefined) continue
    if (cache === undefined) {
      toService(run, client, demand.service, demand.bytes)
      continue
    }
    const key = `${client.node} ${question.name}`
    if ((kept.get(key) ?? 0) > at) continue
    kept.set(key, at + question.keptFor)
    upstream(run, client, demand)
  }
}

/** The cache asks for itself, on its node's network, the Service that came with it. */
function upstream(
  run: Run,
  { node }: LabPod,
  { bytes, service }: { readonly bytes: number; readonly service: string },
): void {
  const [namespace = ''] = service.split('/')
  const path = `${namespace}/kube-dns-upstream`
  if (podsBehind(run.lab, path, run.pods).length === 0) throw new Error('the cache has nobody to ask')
  const pod = run.pick(reachable(run.lab, path, run.endpoints(path), node))?.pod
  const zone = labNodes(run.lab).find(({ name }) => name === node)?.zone ?? ''
  if (pod === undefined) return
  const named = { serviceNamespace: namespace, serviceName: 'kube-dns-upstream' }
  const key = {
    initiator: nodeEnd(node, zone),
    responder: podEnd(pod),
    ...named,
    dialled: 'cluster-ip',
    leg: 'direct',
    via: '',
    viaZone: '',
  } as const
  run.tally.hop(key, bytes, [zone, pod.zone], SIDES_OF_PODS)
}

function questionsOf(run: Run, workload: string): Question[] {
  const [own] = workload.split('/')
  return run.lab.demands
    .filter(({ from, kind }) => from === workload && kind !== 'lookups')
    .flatMap((demand): Question[] => {
      const right = (name: string) => ({ name, keptFor: 30 })
      const wrong = (name: string) => ({ name, keptFor: 5 })
      if (demand.kind === 'internet')
        return [...['own', 'svc', 'cluster', 'ec2'].map(guess => wrong(`example.com.${guess}`)), right('example.com')]
      if (demand.kind !== 'service') return []
      const [namespace] = demand.service.split('/')
      return namespace === own ? [right(demand.service)] : [wrong(`${demand.service}.${own}`), right(demand.service)]
    })
}
