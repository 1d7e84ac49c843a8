import { type Demand, find, type Lab, type LabBalancer } from './cluster.ts'
import { reachable } from './hints.ts'
import { lookUp } from './lookups.ts'
import { direct, named, Run, SIDES_OF_PODS, toService } from './run.ts'
import { type LabPod, labNodes } from './scheduler.ts'
import { internet, podEnd, type Tally, thingEnd } from './tally.ts'

/** Draws every connection of every demand. */
export function run(lab: Lab, seed: number): Tally {
  const here = new Run(lab, seed)
  for (const demand of lab.demands) play(here, demand)
  return here.tally
}

function play(run: Run, demand: Demand): void {
  const from = demand.from === '' ? [] : run.of(demand.from)
  if (demand.kind === 'lookups') {
    lookUp(run, demand, from)
    return
  }
  for (let i = 0; i < demand.connections; i++) {
    const client = from[i % from.length]
    // Connections are not all alike: half to one and a half times what is asked for.
    const bytes = Math.round(demand.bytes * (0.5 + run.next()))
    switch (demand.kind) {
      case 'service':
        if (client !== undefined) toService(run, client, demand.service, bytes, demand.byMesh === true)
        break
      case 'pods':
        if (client !== undefined) toPod(run, client, run.pick(run.of(demand.to).filter(pod => pod !== client)), bytes)
        break
      case 'copies':
        for (const pod of from.slice(1)) if (from[0] !== undefined) toPod(run, from[0], pod, bytes)
        break
      case 'balancer':
        toBalancer(run, client, demand.balancer, bytes)
        break
      case 'internet':
        if (client !== undefined) toInternet(run, client, bytes, demand)
    }
  }
}

function toPod(run: Run, client: LabPod, pod: LabPod | undefined, bytes: number): void {
  if (pod === undefined) return
  const key = {
    initiator: podEnd(client),
    responder: podEnd(pod),
    ...named('/'),
    dialled: 'direct',
    ...direct,
  } as const
  run.tally.hop(key, bytes, [client.zone, pod.zone], SIDES_OF_PODS)
}

function toBalancer(run: Run, client: LabPod | undefined, id: string, bytes: number): void {
  const balancer = run.lab.balancers.find(one => one.id === id)
  if (balancer === undefined) throw new Error(`no load balancer ${id}`)
  const told = run.lab.settings.get(id)
  if (client !== undefined && told !== undefined) {
    const [, name = '', namespace = ''] = /^([^.]+)\.([^.]+)\.svc:\d+$/.exec(told) ?? []
    toService(run, client, `${namespace}/${name}`, bytes)
    return
  }
  const { isCross, isByPod } = settingsOf(run.lab, balancer)
  const endpoints = run.endpoints(balancer.service)
  // A zone where nothing answers is taken out of DNS when it keeps to itself.
  const open = balancer.zones.filter(zone => isCross || !isByPod || endpoints.some(({ pod }) => pod.zone === zone))
  const zone = run.pick(open)
  if (zone === undefined) return
  run.tally.balanced += bytes
  const { thing } = balancer
  const near = thingEnd(thing, id, zone)
  if (client !== undefined) {
    const key = { initiator: podEnd(client), responder: near, ...named('/'), dialled: 'direct', ...direct } as const
    run.tally.hop(key, bytes, [client.zone, zone], 2)
  }
  const sides = thing === 'application load balancer' ? 0 : 2
  if (isByPod) {
    const pod = run.pick(endpoints.filter(one => isCross || one.pod.zone === zone))?.pod
    if (pod === undefined) return
    const key = {
      initiator: near,
      responder: podEnd(pod),
      ...named(balancer.service),
      dialled: 'direct',
      ...direct,
    } as const
    run.tally.hop(key, bytes, [zone, pod.zone], sides)
    return
  }
  const node = run.pick(labNodes(run.lab).filter(one => isCross || one.zone === zone))
  const pod = node && run.pick(reachable(run.lab, balancer.service, endpoints, node.name))?.pod
  if (node === undefined || pod === undefined) return
  const hops = {
    initiator: near,
    responder: podEnd(pod),
    ...named(balancer.service),
    dialled: 'node-port',
    via: node.name,
  } as const
  const viaZone = podEnd({ ...pod, zone: node.zone }).zone
  run.tally.hop({ ...hops, leg: 'first', viaZone }, bytes, [zone, node.zone], sides)
  if (node.name !== pod.node)
    run.tally.hop({ ...hops, leg: 'second', viaZone }, bytes, [node.zone, pod.zone], SIDES_OF_PODS)
}

const PREFIX = 'service.beta.kubernetes.io/aws-load-balancer-'

/** As the AWS Load Balancer Controller reads them from the Service. An application load balancer always spreads. */
function settingsOf(
  lab: Lab,
  { crossZone, service, thing }: LabBalancer,
): { readonly isCross: boolean; readonly isByPod: boolean } {
  const [namespace, name] = service.split('/')
  const annotations = find(lab, `${namespace}/Service/${name}`).metadata.annotations ?? {}
  if (thing === 'application load balancer')
    return { isCross: true, isByPod: annotations['alb.ingress.kubernetes.io/target-type'] === 'ip' }
  const attribute = /load_balancing\.cross_zone\.enabled=(\w+)/.exec(annotations[`${PREFIX}attributes`] ?? '')?.[1]
  return {
    isCross: attribute === undefined ? crossZone : attribute === 'true',
    isByPod: annotations[`${PREFIX}nlb-target-type`] === 'ip',
  }
}

/** By the route table of the node's subnet: the first of the zone's that machines are in. */
function toInternet(
  run: Run,
  client: LabPod,
  bytes: number,
  { isLogged, service }: Extract<Demand, { kind: 'internet' }>,
): void {
  const key = {
    initiator: podEnd(client),
    responder: { ...internet, name: service ?? '' },
    ...named('/'),
    dialled: 'direct',
    ...direct,
  } as const
  run.tally.hop(key, bytes, [client.zone, ''], 0)
  const { vpc } = run.lab
  if (vpc === undefined) return
  const subnet = vpc.subnets.find(
    one => one.zone?.name === client.zone && vpc.interfaces.some(at => at.subnet === one.id),
  )
  const table =
    vpc.routeTables.find(({ subnets }) => subnets.includes(subnet?.id ?? '')) ??
    vpc.routeTables.find(({ isMain }) => isMain)
  const gateway = vpc.natGateways.find(({ id }) => id === table?.natGateway)
  const zone = vpc.subnets.find(({ id }) => id === gateway?.subnet)?.zone?.name
  if (gateway === undefined || zone === undefined) return
  // A gateway endpoint takes its service's traffic before the default route does, and is in no zone.
  const endpoint = vpc.prefixLists?.find(one => one.service === service)?.id
  if (endpoint !== undefined && table?.prefixLists?.includes(endpoint) === true) return
  run.tally.translated += bytes
  if (!isLogged) {
    run.tally.unseen(bytes, zone !== client.zone, 2)
    return
  }
  const logged = { ...key, responder: thingEnd('NAT gateway', gateway.id, zone) }
  run.tally.hop(logged, bytes, [client.zone, zone], 2)
}
