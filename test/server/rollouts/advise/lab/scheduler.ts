import { find, keyOf, type Lab, type LabObject, leftIn } from './cluster.ts'

export interface LabPod {
  readonly name: string
  readonly workload: string
  readonly namespace: string
  readonly labels: { readonly [key: string]: string }
  readonly node: string
  readonly zone: string
}

export const labNodes = ({
  objects,
}: Lab): { readonly name: string; readonly zone: string; readonly label: string | undefined }[] =>
  objects
    .filter(({ kind }) => kind === 'Node')
    .map(({ metadata }) => ({
      name: metadata.name,
      zone: metadata.labels?.['lab/zone'] ?? '',
      label: metadata.labels?.['topology.kubernetes.io/zone'],
    }))

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Rollout']

/** Where the scheduler puts every pod, by what its template asks for. Workloads that go to others come after them. */
export function podsOf(lab: Lab): LabPod[] {
  const pods: LabPod[] = []
  const workloads = lab.objects.filter(({ kind }) => kinds.includes(kind))
  const leans = (one: LabObject) => templateOf(one).spec?.affinity?.podAffinity !== undefined
  for (const one of [...workloads.filter(each => !leans(each)), ...workloads.filter(leans)])
    pods.push(...place(lab, one, pods))
  return pods
}

// biome-ignore lint/suspicious/noExplicitAny: a pod template is JSON that patches change
const templateOf = ({ kind, spec }: LabObject): any =>
  kind === 'CronJob' ? spec.jobTemplate.spec.template : spec.template

function place(lab: Lab, object: LabObject, others: readonly LabPod[]): LabPod[] {
  const nodes = labNodes(lab)
  const { kind, metadata, spec } = object
  const template = templateOf(object)
  const pod = (number: number, node: { readonly name: string; readonly zone: string }): LabPod => ({
    name: `${metadata.name}-${number}`,
    workload: keyOf(object),
    namespace: metadata.namespace ?? '',
    labels: template.metadata?.labels ?? {},
    node: node.name,
    zone: node.zone,
  })
  if (kind === 'DaemonSet') return nodes.map((node, i) => pod(i, node))
  const count: number = kind === 'CronJob' ? spec.jobTemplate.spec.parallelism : spec.replicas
  const zones = [...new Set(nodes.map(({ zone }) => zone))]
  const counts = zoneCounts(object, template.spec ?? {}, count, zones, others)
  let number = 0
  return [...counts].flatMap(([zone, some]) => {
    const inZone = nodes.filter(node => node.zone === zone)
    return Array.from({ length: some }, (_, i) => {
      const node = inZone[i % inZone.length]
      if (node === undefined) throw new Error(`no node in ${zone}`)
      return pod(number++, node)
    })
  })
}

function zoneCounts(
  object: LabObject,
  // biome-ignore lint/suspicious/noExplicitAny: a pod spec is JSON that patches change
  pod: any,
  count: number,
  zones: readonly string[],
  others: readonly LabPod[],
): Map<string, number> {
  const pinned: string | undefined = pod.nodeSelector?.['topology.kubernetes.io/zone']
  if (pinned !== undefined) return new Map([[pinned, count]])
  const [term] = pod.affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  if (term !== undefined) {
    const wanted = Object.entries(term.podAffinityTerm.labelSelector.matchLabels)
    const near = others.find(one => wanted.every(([key, value]) => one.labels[key] === value))
    if (near !== undefined) return new Map([[near.zone, count]])
  }
  const left = leftIn(object)
  const isSpread = (pod.topologySpreadConstraints ?? []).some(
    (rule: { topologyKey: string; whenUnsatisfiable: string; labelSelector?: { matchLabels?: object } }) =>
      rule.topologyKey === 'topology.kubernetes.io/zone' &&
      rule.whenUnsatisfiable === 'DoNotSchedule' &&
      Object.keys(rule.labelSelector?.matchLabels ?? {}).length > 0,
  )
  // A StatefulSet's volumes hold the pods that are there; a Deployment rolls all of them out anew.
  const counts = isSpread && object.kind !== 'StatefulSet' ? new Map<string, number>() : new Map(left)
  const placed = () => [...counts.values()].reduce((sum, some) => sum + some, 0)
  while (placed() < count) {
    const emptiest = [...zones].sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0))[0] ?? ''
    counts.set(emptiest, (counts.get(emptiest) ?? 0) + 1)
  }
  while (placed() > count) {
    const fullest = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
    counts.set(fullest, (counts.get(fullest) ?? 0) - 1)
  }
  return counts
}

/** Pods that a Service selects. */
export function podsBehind(lab: Lab, path: string, pods: readonly LabPod[]): LabPod[] {
  const [namespace, name] = path.split('/')
  const wanted = Object.entries(find(lab, `${namespace}/Service/${name}`).spec.selector)
  return pods.filter(pod => pod.namespace === namespace && wanted.every(([key, value]) => pod.labels[key] === value))
}
