import type { HintState } from '@weir/contract/rollout-queries.ts'
import type { Preference } from '@weir/contract/routing-queries.ts'
import type { EndpointRecord, SliceRecord } from '../../directory/kubernetes/objects.ts'
import { takesNew } from './kube-proxy.ts'
import type { Prediction } from './prediction.ts'
import { add } from './transfers.ts'

/** Hints as slices have them, of ready endpoints, whoever set them. */
export interface ActualHints {
  readonly ready: number
  /** With a hint for a zone or a node. */
  readonly hinted: number
  readonly byZone: ReadonlyMap<string, number>
}

/** A controller that moves an endpoint to another slice has it in both for a moment: it is one. */
export function endpointsOf(slices: readonly SliceRecord[]): EndpointRecord[] {
  const byAddress = new Map<string, EndpointRecord>()
  for (const { endpoints } of slices)
    for (const endpoint of endpoints) {
      const known = byAddress.get(endpoint.addresses[0] ?? '')
      if (known === undefined || !takesNew(known)) byAddress.set(endpoint.addresses[0] ?? '', endpoint)
    }
  return [...byAddress.values()]
}

export function actualHints(endpoints: readonly EndpointRecord[]): ActualHints {
  const ready = endpoints.filter(takesNew)
  const byZone = new Map<string, number>()
  for (const { forZones } of ready) for (const zone of forZones) add(byZone, zone, 1)
  const hinted = ready.filter(({ forNodes, forZones }) => forZones.length > 0 || forNodes.length > 0).length
  return { ready: ready.length, hinted, byZone }
}

/**
 * Hints that are missing longer than this are not on their way. The controller writes them within a second or two of
 * what concerns the Service; what concerns its nodes alone, it does not look at while there are no hints
 * (kubernetes#114215).
 */
export const STUCK_AFTER_MS = 5 * 60_000

/**
 * @param followed any node's kube-proxy goes by the hints
 * @param missingForMs how long there could have been hints and were none
 */
export function hintState(
  preference: Preference,
  predicted: Prediction,
  actual: ActualHints,
  followed: boolean,
  missingForMs: number,
): HintState {
  const expectsSome = predicted.kind === 'hints' && predicted.byZone.size > 0
  if (actual.hinted === 0) {
    if (!expectsSome) return 'none, as predicted'
    // Of the field nothing stands in the way: only Auto is left alone after nodes come back.
    return preference === 'Auto' && missingForMs >= STUCK_AFTER_MS ? 'stuck off' : 'missing'
  }
  if (!expectsSome || !sameCounts(predicted.byZone, actual.byZone)) return 'unexpected'
  return followed ? 'as predicted' : 'not used'
}

const sameCounts = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  [...new Set([...a.keys(), ...b.keys()])].every(zone => (a.get(zone) ?? 0) === (b.get(zone) ?? 0))
