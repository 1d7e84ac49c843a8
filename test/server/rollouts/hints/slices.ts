import type { EndpointRecord, NodeRecord, SliceRecord } from '../../../../server/directory/kubernetes/objects.ts'
import { endpoint, nodeRecord, sliceRecord } from '../../directory/kubernetes/records.ts'

export const zones = ['a', 'b', 'c', 'd', 'e', 'f'] as const

/** { a: 2, b: 1 } as a map. */
export const byZone = (counts: { readonly [zone: string]: number }): Map<string, number> =>
  new Map(Object.entries(counts))

/** Without zones that have none: whether they are named or not is all the same. */
export const counts = (map: ReadonlyMap<string, number>): { [zone: string]: number } =>
  Object.fromEntries([...map].filter(([, count]) => count !== 0).sort())

/** "a>b" is a ready endpoint in zone a hinted for b; "a" one without hint, "a!" one that is not ready. */
export function endpointsOf(...texts: string[]): EndpointRecord[] {
  return texts.map((text, index) => {
    const [zone = '', hint] = text.replace('!', '').split('>')
    return endpoint(`10.0.0.${index + 1}`, {
      zone: zone === '' ? undefined : zone,
      node: `node-${zone}`,
      ready: !text.endsWith('!'),
      forZones: hint === undefined ? [] : [hint],
    })
  })
}

export const slice = (...texts: string[]): SliceRecord => sliceRecord('web', endpointsOf(...texts))

/** As many endpoints without hints as each zone has, zone by zone. */
export const fresh = (pods: { readonly [zone: string]: number }): SliceRecord =>
  slice(...Object.entries(pods).flatMap(([zone, count]) => Array<string>(count).fill(zone)))

export const node = (name: string, zone: string | undefined, cpu = 4, more: Partial<NodeRecord> = {}): NodeRecord =>
  nodeRecord(name, '10.0.9.1', { zoneName: zone, zoneLabel: zone, allocatableMilliCpu: cpu * 1_000, ...more })
