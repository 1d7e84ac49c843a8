import { type Denial, type Identity, type Role, unauthorised, unverified } from './authenticate.ts'
import type { NodeOfPod, PodClaim } from './service-account.ts'

/**
 * The node a checked token is bound to: the token's own word, else that of the directory on its pod. A pod that the
 * directory has not listed yet is asked for again soon: an agent may be quicker than the watch.
 */
export function identityOf(
  cluster: string,
  bound: { readonly node: string | undefined; readonly pod: PodClaim | undefined },
  nodeOfPod: NodeOfPod,
  role: Role | undefined,
): Identity | Denial {
  const { pod } = bound
  if (bound.node === undefined && pod === undefined)
    return unauthorised('no node', 'the token names neither node nor pod: expected one projected into a pod')
  const node = bound.node ?? (pod && nodeOfPod(cluster, pod))
  if (node === undefined) {
    const detail = `the pod ${pod?.namespace}/${pod?.name ?? pod?.uid} of this token is not listed (yet)`
    return { ...unverified(detail, 2), reason: 'no node' }
  }
  return { identity: 'proven', cluster, node, ...(role !== undefined && { role }) }
}
