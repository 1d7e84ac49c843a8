import type { Kind } from './kinds.ts'
import type { KubernetesObject, StoredEvent } from './object-store.ts'

/** How a request wants to see objects: all or those of one node, whole or only their metadata. */
export interface View {
  readonly kind: Kind
  readonly nodeName: string | undefined
  readonly metadataOnly: boolean
}

/** @throws Error for a field selector other than spec.nodeName=…, which is the only one this server has. */
export function viewOf(kind: Kind, query: URLSearchParams, accept: string): View {
  const selector = query.get('fieldSelector')
  const nodeName = /^spec\.nodeName=(.+)$/.exec(selector ?? '')?.[1]
  if (selector !== null && nodeName === undefined) throw new Error(`field label not supported: ${selector}`)
  return { kind, nodeName, metadataOnly: accept.includes('as=PartialObjectMetadata') }
}

export function isSeen({ nodeName }: View, { spec }: KubernetesObject): boolean {
  if (nodeName === undefined) return true
  return typeof spec === 'object' && spec !== null && 'nodeName' in spec && spec.nodeName === nodeName
}

/** With its kind, as a watch sends objects. */
export function shown({ kind, metadataOnly }: View, object: KubernetesObject): object {
  if (metadataOnly) return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
  return { kind: kind.kind, apiVersion: kind.apiVersion, ...object }
}

/** In a list objects carry no kind; that is the list's. */
export const listed = ({ metadataOnly }: View, object: KubernetesObject): object =>
  metadataOnly ? { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata } : object

export function listHead({ kind, metadataOnly }: View): object {
  if (metadataOnly) return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' }
  return { kind: `${kind.kind}List`, apiVersion: kind.apiVersion }
}

/** To one who sees a part, an object that comes into it is added and one that leaves it deleted. */
export function frameOf(view: View, { type, object, previous }: StoredEvent): object | undefined {
  const is = type !== 'DELETED' && isSeen(view, object)
  const was = previous !== undefined && isSeen(view, previous)
  if (!is && !was) return undefined
  return { type: is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED', object: shown(view, object) }
}

/** A Status, as the API server answers failures and sends ERROR frames. */
export function status(code: number, reason: string, message: string, retryAfterSeconds?: number): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
    ...(retryAfterSeconds !== undefined && { details: { retryAfterSeconds } }),
  }
}
