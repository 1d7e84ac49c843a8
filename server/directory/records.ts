import type { Label, Workload } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { BackendRecord } from './backends.ts'
import type { DeclaredPort } from './listing.ts'
import type { ServiceRecord } from './services.ts'
import type { SubnetRecord } from './subnets.ts'

/** A label with what only the server needs of it. */
export interface LabelRecord {
  /** Key of the listed thing it was opened for. */
  readonly owner: string
  readonly label: Label
  readonly ports: readonly DeclaredPort[]
}

/** Every field of a label, those that it lacks as undefined. */
type LabelFields = { readonly [F in keyof Required<Label>]: Label[F] }

export function labelOf(given: LabelFields): Label {
  const { id, address, port, peer, node, zone, from, to } = given
  // A pod's, of which there are most: without a spread, which would keep fields in an object of their own.
  if (!port && node && zone) return { id, address, peer, node, zone, from, to }
  return { id, address, ...(port && { port }), peer, ...(node && { node }), ...(zone && { zone }), from, to }
}

/** The chosen Kubernetes labels of a workload from a moment on. */
export interface WorkloadRecord {
  readonly namespace: string
  readonly workload: Workload
  readonly labels: { readonly [key: string]: string }
  readonly from: EpochMs
}

/**
 * What the journal holds, one a line. A later record of the same label, Service, subnet or backend replaces the earlier
 * one: an interval that ends is written again with its `to`. `generation` and `ids` keep what must outlive their owners.
 */
export type JournalRecord =
  | ({ readonly kind: 'label'; readonly cluster: string } & LabelRecord)
  | { readonly kind: 'service'; readonly cluster: string; readonly service: ServiceRecord }
  | { readonly kind: 'subnet'; readonly cluster: string; readonly subnet: SubnetRecord }
  | { readonly kind: 'backend'; readonly cluster: string; readonly backend: BackendRecord }
  | { readonly kind: 'workload'; readonly cluster: string; readonly workload: WorkloadRecord }
  | { readonly kind: 'watermark'; readonly cluster: string; readonly at: EpochMs }
  | {
      readonly kind: 'generation'
      readonly cluster: string
      readonly namespace: string
      readonly name: string
      readonly generation: number
    }
  | { readonly kind: 'ids'; readonly label: number; readonly service: number }

const kinds = ['label', 'service', 'subnet', 'backend', 'workload', 'watermark', 'generation', 'ids']

/** A line whose check sum is right was written by this program: only the kind is looked at, for versions to come. */
export function recordOf(value: unknown): JournalRecord | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value) || typeof value.kind !== 'string')
    return undefined
  return kinds.includes(value.kind) ? (value as JournalRecord) : undefined
}
