import type { Workload } from '@weir/contract/peers.ts'
import type { OwnedRecord, Owner, PodRecord } from './objects.ts'

/** Where the owners of ReplicaSets and Jobs are looked up; undefined: not known (yet, or they may not be read). */
export type FindOwned = (kind: 'ReplicaSet' | 'Job', namespace: string, name: string) => OwnedRecord | undefined

/** `isGuess`: an owner on the way is not known; what is said may be less than what will be known of it. */
export interface FoundWorkload {
  readonly workload: Workload
  readonly isGuess: boolean
}

/** What tells whose a pod is. */
export type Owned = Pick<PodRecord, 'owner' | 'namespace' | 'name' | 'node' | 'labels'>

/**
 * A pod's top controller. ReplicaSets and Jobs are looked through, one step: what owns a Deployment is no workload.
 * Where they may not be read, names tell: the Deployment controller calls a ReplicaSet "<deployment>-<pod-template-hash>"
 * and labels its pods with the hash; the CronJob controller calls a Job "<cronjob>-<minutes since 1970>".
 * Source: kubernetes pkg/controller/deployment/sync.go and pkg/controller/cronjob/utils.go.
 */
export function workloadOf(pod: Owned, find: FindOwned): FoundWorkload {
  const { owner, namespace, name, node = '' } = pod
  if (owner === undefined) return sure({ kind: 'Pod', name })
  switch (owner.kind) {
    case 'ReplicaSet':
      return through(find('ReplicaSet', namespace, owner.name), owner, deploymentOf(pod, owner))
    case 'Job':
      return through(find('Job', namespace, owner.name), owner, cronJobOf(owner))
    case 'Node':
      // A static pod is called "<name>-<node>": the same one on every node is one workload.
      return sure({ kind: 'Node', name: withoutSuffix(name, `-${node}`) ?? name })
    default:
      return sure(owner)
  }
}

/** The owner itself: its many pods need no copy each. */
const sure = (workload: Workload): FoundWorkload => ({ workload, isGuess: false })

function through(owned: OwnedRecord | undefined, owner: Owner, guessed: Workload | undefined): FoundWorkload {
  if (owned !== undefined) return sure(owned.owner ?? owner)
  // A name that follows the controllers' pattern is as good as read.
  return guessed === undefined ? { ...sure(owner), isGuess: true } : sure(guessed)
}

function deploymentOf({ labels }: Owned, owner: Owner): Workload | undefined {
  const hash = labels['pod-template-hash']
  const name = hash ? withoutSuffix(owner.name, `-${hash}`) : undefined
  return name === undefined ? undefined : { kind: 'Deployment', name }
}

function cronJobOf(owner: Owner): Workload | undefined {
  // Minutes have had eight digits since 1989; a Job of another name that ends so is rare.
  const [, name] = /^(.+)-\d{8}$/.exec(owner.name) ?? []
  return name === undefined ? undefined : { kind: 'CronJob', name }
}

function withoutSuffix(text: string, suffix: string): string | undefined {
  const length = text.length - suffix.length
  return length > 0 && text.endsWith(suffix) ? text.slice(0, length) : undefined
}
