import type { Preference, RoutingReason } from '@weir/contract/routing-queries.ts'
import type { ServiceRecord } from '../../directory/kubernetes/objects.ts'
import { isIn, since } from './kube-version.ts'

export const OLD_KEY = 'service.kubernetes.io/topology-aware-hints'
export const NEW_KEY = 'service.kubernetes.io/topology-mode'
export const FIELD = 'spec.trafficDistribution'

/** A setting that somebody wrote and that has no effect, with why. */
export interface IdleSetting {
  readonly reason: Extract<
    RoutingReason,
    'value not understood' | 'old key wins' | 'annotation wins' | 'not in this version'
  >
  readonly key: string
  readonly value: string
  /** What wins over it; of a version: the minor that is needed. '' else. */
  readonly against: string
}

export interface AskedPreference {
  /** In force in this version of Kubernetes. */
  readonly preference: Preference
  /** "spec.trafficDistribution: PreferSameZone"; '' for none. */
  readonly from: string
  readonly idle: readonly IdleSetting[]
}

type Settings = Pick<ServiceRecord, 'topologyHintsAnnotation' | 'topologyModeAnnotation' | 'trafficDistribution'>

/**
 * What a Service asks for. The annotation wins over the field where it is Auto, and its older key hides the newer one
 * whatever it says: hintsEnabled and Reconcile of k8s.io/endpointslice.
 */
export function preferenceOf(service: Settings, minor: number | undefined): AskedPreference {
  const idle: IdleSetting[] = []
  const annotation = annotationOf(service, minor, idle)
  const field = service.trafficDistribution
  if (field === undefined) return { ...(annotation ?? none), idle }
  if (annotation !== undefined) {
    idle.push({ reason: 'annotation wins', key: FIELD, value: field, against: annotation.from })
    return { ...annotation, idle }
  }
  const value = fieldValues.find(each => each === field)
  if (value === undefined) idle.push({ reason: 'value not understood', key: FIELD, value: field, against: '' })
  else if (!isIn(minor, since[value]))
    idle.push({ reason: 'not in this version', key: FIELD, value, against: `1.${since[value]}` })
  else return { preference: value, from: `${FIELD}: ${value}`, idle }
  return { ...none, idle }
}

const none = { preference: 'none', from: '' } as const
const fieldValues = ['PreferClose', 'PreferSameZone', 'PreferSameNode'] as const

/** Auto by annotation, or undefined; what was written to no effect goes into `idle`. */
function annotationOf(
  { topologyHintsAnnotation: old, topologyModeAnnotation: newer }: Settings,
  minor: number | undefined,
  idle: IdleSetting[],
): Omit<AskedPreference, 'idle'> | undefined {
  if (old !== undefined && newer !== undefined && isAuto(old) !== isAuto(newer))
    idle.push({ reason: 'old key wins', key: NEW_KEY, value: newer, against: `${OLD_KEY}: ${old}` })
  const [key, value, first] =
    old !== undefined ? [OLD_KEY, old, since.hintsAnnotation] : [NEW_KEY, newer, since.topologyMode]
  if (value === undefined || isOff(value)) return undefined
  if (!isAuto(value)) idle.push({ reason: 'value not understood', key, value, against: '' })
  else if (!isIn(minor, first)) idle.push({ reason: 'not in this version', key, value, against: `1.${first}` })
  else return { preference: 'Auto', from: `${key}: ${value}` }
  return undefined
}

/** These two texts and no other: AUTO or enabled do nothing. */
const isAuto = (value: string): boolean => value === 'Auto' || value === 'auto'
const isOff = (value: string): boolean => value === '' || value === 'Disabled' || value === 'disabled'

/** Whether kube-proxy follows hints for zones: up to 1.30 it wanted the annotation, too, with any value but these. */
export function followsZoneHints(service: Settings, minor: number | undefined): boolean {
  const annotation = service.topologyHintsAnnotation ?? service.topologyModeAnnotation ?? ''
  return isIn(minor, since.PreferClose) || !isOff(annotation)
}
