import { at, containersOf, listAt, type Manifest, podSpec, textAt } from './manifest.ts'

/**
 * Every right that rendered manifests ask for, one line each. What is not known to be harmless is a right: a new key of
 * a pod, a container, a volume or an object's kind shows up as a line of its own.
 */
export function rightsOf(manifests: readonly Manifest[]): readonly string[] {
  return manifests.flatMap(manifest => [...objectRights(manifest), ...podRights(manifest)]).sort()
}

const json = (value: unknown): string => JSON.stringify(value)
const entries = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : []

/** Kinds that give no rights by themselves. */
const harmlessKinds = new Set(['ConfigMap', 'ServiceMonitor', 'PodMonitor', 'PrometheusRule', 'PodDisruptionBudget'])
const walkedKinds = new Set(['DaemonSet', 'StatefulSet', 'Pod', 'ClusterRole', 'ClusterRoleBinding', 'Service'])

function objectRights(manifest: Manifest): string[] {
  const who = `${manifest.kind} ${manifest.metadata.name}`
  switch (manifest.kind) {
    case 'ClusterRole':
      return listAt(manifest, 'rules').flatMap(rule =>
        listAt(rule, 'resources').map(
          resource =>
            `${who}: ${listAt(rule, 'verbs').join()} ${resource} of ${json(at(rule, 'apiGroups'))}${beyond(rule)}`,
        ),
      )
    case 'ClusterRoleBinding':
      return listAt(manifest, 'subjects').map(
        subject =>
          `${who}: ${textAt(manifest, 'roleRef', 'name')} to ${textAt(subject, 'kind')} ${textAt(subject, 'namespace')}/${textAt(subject, 'name')}`,
      )
    case 'Service':
      return listAt(manifest, 'spec', 'ports').map(
        port => `${who}: ${textAt(manifest, 'spec', 'type')} port ${at(port, 'port')} to ${textAt(port, 'targetPort')}`,
      )
    default:
      return walkedKinds.has(manifest.kind) || harmlessKinds.has(manifest.kind) ? [] : [who]
  }
}

/** Keys of a rule beyond the usual: nonResourceURLs, resourceNames … */
const beyond = (rule: unknown): string =>
  entries(rule)
    .filter(([key]) => !['apiGroups', 'resources', 'verbs'].includes(key))
    .map(([key, value]) => ` ${key} ${json(value)}`)
    .join('')

const harmlessInPod = new Set([
  ...['containers', 'initContainers', 'volumes', 'tolerations', 'nodeSelector', 'affinity', 'imagePullSecrets'],
  ...['priorityClassName', 'terminationGracePeriodSeconds', 'restartPolicy', 'enableServiceLinks', 'dnsPolicy'],
])
const harmlessInContainer = new Set([
  ...['name', 'image', 'imagePullPolicy', 'command', 'args', 'env', 'resources', 'volumeMounts', 'ports'],
  ...['startupProbe', 'livenessProbe', 'readinessProbe'],
])

function podRights(manifest: Manifest): string[] {
  const pod = podSpec(manifest)
  if (pod === undefined) return []
  const who = `${manifest.kind} ${manifest.metadata.name}`
  return [
    ...entries(pod).flatMap(([key, value]) => (harmlessInPod.has(key) ? [] : [`${who}: ${key} ${json(value)}`])),
    ...listAt(pod, 'volumes').map(volume => `${who}: volume ${volumeText(volume)}`),
    ...containersOf(pod).flatMap(container => containerRights(`${who}/${textAt(container, 'name')}`, container)),
  ]
}

const volumeText = (volume: unknown): string =>
  entries(volume)
    .map(([key, value]) => (key === 'name' ? `${value}` : `${key} ${json(value)}`))
    .join(' = ')

function containerRights(who: string, container: unknown): string[] {
  return [
    ...entries(container).flatMap(([key, value]) =>
      harmlessInContainer.has(key) ? [] : [`${who}: ${key} ${json(value)}`],
    ),
    ...listAt(container, 'volumeMounts').map(
      mount =>
        `${who}: ${at(mount, 'readOnly') === true ? 'reads' : 'writes'} ${textAt(mount, 'name')} at ${textAt(mount, 'mountPath')}`,
    ),
    ...listAt(container, 'ports').map(
      port => `${who}: port ${at(port, 'containerPort')}${at(port, 'hostPort') === undefined ? '' : ' of the host'}`,
    ),
    ...listAt(container, 'env').flatMap(variable =>
      at(variable, 'valueFrom') === undefined
        ? []
        : [`${who}: ${textAt(variable, 'name')} from ${json(at(variable, 'valueFrom'))}`],
    ),
  ]
}
