import { canonicalAddress } from '@weir/contract/addresses.ts'
import type { NodeRecord } from '../../../directory/kubernetes/objects.ts'
import { cpuShares } from '../../hints/cpu-shares.ts'
import { type Candidate, candidate } from '../candidate.ts'
import type { ClusterView } from '../cluster-view.ts'
import { listed, loadInWords } from '../in-words.ts'
import { kubectlPatch } from '../patches.ts'
import { hintedByCpu } from '../sends.ts'
import { crossesBySteering, steer } from '../steering.ts'

const ZONE_LABEL = 'topology.kubernetes.io/zone'

/** One ready node without a zone takes the hints of every Service with topology-mode Auto. */
export function zoneOfNode(view: ClusterView): Candidate[] {
  const { shares, routing } = view
  if (shares.kind !== 'node without zone or CPU') return []
  const lacking = routing.nodes.filter(({ name }) => shares.nodes.includes(name))
  const zones = new Map(lacking.map(node => [node.name, zoneFrom(node, view)]))
  // Without CPU, or in a zone that nobody knows: no label mends that.
  if (lacking.some(({ allocatableMilliCpu, name }) => allocatableMilliCpu === 0 || zones.get(name) === undefined))
    return []
  const mended = cpuShares(routing.nodes.map(node => ({ ...node, zoneLabel: zones.get(node.name) ?? node.zoneLabel })))
  const services = view.services.filter(({ asked }) => asked.preference === 'Auto').filter(crossesBySteering)
  if (services.length === 0) return []
  const after = services.map(({ endpoints, steered }) => steer(steered, hintedByCpu(endpoints, mended)))
  const loads = after.flatMap(({ loadFactor }) => loadFactor ?? [])
  const load = loads.length === 0 ? null : Math.max(...loads)
  const names = services.map(({ name, namespace }) => `${namespace}/${name}`)
  return [
    candidate(
      {
        remedy: 'mend the hints',
        subject: listed([...zones.keys()]),
        namespace: '',
        problem: `${listed([...zones.keys()])}: ready, without the label ${ZONE_LABEL}. One such node takes the hints of every Service with topology-mode Auto: ${listed(names)}.`,
        moved: after.flatMap(({ moved }) => moved),
        risk: loadInWords(load) || 'Whatever labels nodes should set it: a new node without it takes all hints again.',
        precondition:
          'After the label is set, touch each Service (any annotation): the controller does not look again by itself.',
        patches: [
          ...[...zones].map(([name, zone]) =>
            kubectlPatch('node', '', name, 'merge', { metadata: { labels: { [ZONE_LABEL]: zone } } }),
          ),
          ...services.map(({ name, namespace }) =>
            kubectlPatch('service', namespace, name, 'merge', {
              metadata: { annotations: { 'weir/looked-at': new Date(view.asOf).toISOString() } },
            }),
          ),
        ],
      },
      { variant: 'node without zone', loadFactor: load },
    ),
  ]
}

/** By its older label or its provider's id, else by the subnet that its address is in. */
function zoneFrom({ addresses, zoneName }: NodeRecord, { vpcs }: ClusterView): string | undefined {
  if (zoneName !== undefined) return zoneName
  const own = new Set(addresses.map(address => canonicalAddress(address) ?? address))
  return vpcs
    .flatMap(({ interfaces }) => interfaces)
    .find(one => one.zone?.name !== undefined && one.addresses.some(address => own.has(address)))?.zone?.name
}
