import type { ClusterRecords, Resource } from './objects.ts'
import { trimDestinationRule } from './trim/destination-rule.ts'
import { trimIngress } from './trim/ingress.ts'
import { trimNode } from './trim/node.ts'
import { trimOwned } from './trim/owner.ts'
import { trimPod } from './trim/pod.ts'
import type { Raw } from './trim/raw.ts'
import { trimService } from './trim/service.ts'
import { trimSlice } from './trim/slice.ts'
import type { Trimming } from './trim/trimming.ts'

/** How one kind of object is read. */
export interface ResourceRow<R extends Resource = Resource> {
  readonly resource: R
  /** Of the whole cluster's list. */
  readonly path: string
  /** Only metadata is asked for: that is a tenth of the object, and needs no right beyond list and watch. */
  readonly metadataOnly: boolean
  /** Weir works without it, if with less: a missing right is told once and not waited for. */
  readonly optional: boolean
  /** Read only where it is asked for, because it needs a right that most do without. */
  readonly isExtra?: boolean
  /** @throws Error that says what is wrong with the object. */
  readonly trim: (raw: Raw, trimming: Trimming) => ClusterRecords[R]
}

/**
 * All that Weir reads of a cluster; the server's rights are exactly these rows, less the extra ones that nobody asked for
 * (get is not used: list and watch).
 */
export const resourceTable: { readonly [R in Resource]: ResourceRow<R> } = {
  nodes: { resource: 'nodes', path: '/api/v1/nodes', metadataOnly: false, optional: false, trim: trimNode },
  services: { resource: 'services', path: '/api/v1/services', metadataOnly: false, optional: false, trim: trimService },
  slices: {
    resource: 'slices',
    path: '/apis/discovery.k8s.io/v1/endpointslices',
    metadataOnly: false,
    optional: false,
    trim: trimSlice,
  },
  replicaSets: {
    resource: 'replicaSets',
    path: '/apis/apps/v1/replicasets',
    metadataOnly: true,
    optional: true,
    trim: trimOwned,
  },
  jobs: { resource: 'jobs', path: '/apis/batch/v1/jobs', metadataOnly: true, optional: true, trim: trimOwned },
  destinationRules: {
    resource: 'destinationRules',
    // Istio 1.22 on.
    path: '/apis/networking.istio.io/v1/destinationrules',
    metadataOnly: false,
    optional: true,
    isExtra: true,
    trim: trimDestinationRule,
  },
  ingresses: {
    resource: 'ingresses',
    path: '/apis/networking.k8s.io/v1/ingresses',
    metadataOnly: false,
    optional: true,
    isExtra: true,
    trim: trimIngress,
  },
  pods: { resource: 'pods', path: '/api/v1/pods', metadataOnly: false, optional: false, trim: trimPod },
}

const METADATA = 'as=PartialObjectMetadata;g=meta.k8s.io;v=v1'
const METADATA_LIST = 'as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'

/** The Accept header: where metadata alone is not on offer, whole objects will do. */
export function acceptOf({ metadataOnly }: ResourceRow, request: 'list' | 'watch'): string {
  if (!metadataOnly) return 'application/json'
  return `application/json;${request === 'list' ? METADATA_LIST : METADATA},application/json`
}
