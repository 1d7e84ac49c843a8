import { nodeAddresses, podAddresses } from './addresses.ts'
import type { Lab } from './lab.ts'
import { nodeOf, podOf } from './layout.ts'
import { ipBatch, offloadLines } from './net/apply.ts'
import { run, runIn } from './net/command.ts'
import {
  nodeSideOffloads,
  nodeSideOfPod,
  podLink,
  podOffloads,
  podRoutes,
  switchPort,
  switchRoutes,
  VXLAN_BYTES,
} from './net/plan.ts'

/** Forgets all connections of one node, as an operator's `conntrack -F` or a reload of its rules does. */
export async function flushConntrack(lab: Lab, node: string): Promise<void> {
  await lab.exec(node, 'conntrack', '-F')
}

/** Cuts a node's link to the middle switch. The management link stays: its agent can still report. */
export async function cutLink(lab: Lab, node: string): Promise<void> {
  await ipBatch(lab.namespace('switch'), [`link set ${switchPort(node)} down`])
}

/** Cuts or mends a node's management link: its agent cannot report, or can again. What it measures goes on. */
export async function setManagement(lab: Lab, node: string, state: 'up' | 'down'): Promise<void> {
  await run('ip', ['link', 'set', lab.managementLink(node), state])
}

/** Mends a link; the kernel has forgotten the routes of a port that was down. */
export async function mendLink(lab: Lab, node: string): Promise<void> {
  await ipBatch(lab.namespace('switch'), switchRoutes(lab.layout, nodeOf(lab.layout, node)))
}

/**
 * Plugs a pod with its address into another node: what a StatefulSet's pod with a fixed address, or an address given
 * to the next pod, looks like from outside. The directory must be told (directory-file.ts); connections live on.
 */
export async function movePod(lab: Lab, podName: string, from: string, to: string): Promise<void> {
  const pod = podOf(lab.layout, podName)
  const at = podAddresses(lab.layout, pod)
  const target = nodeOf(lab.layout, to)
  const via = nodeAddresses(lab.layout, target)
  const [podNamespace, nodeNamespace] = [lab.namespace(podName), lab.namespace(to)]
  const mtu = lab.layout.mtu - (pod.overlay === true ? VXLAN_BYTES : 0)
  await run('ip', ['-n', lab.namespace(from), 'link', 'delete', podName])
  await ipBatch(podNamespace, [podLink(pod, nodeNamespace, mtu), ...podRoutes(at)])
  await ipBatch(nodeNamespace, nodeSideOfPod(pod, at))
  await runIn(podNamespace, 'sh', ['-eu'], offloadLines(podOffloads).join('\n'))
  await runIn(nodeNamespace, 'sh', ['-eu'], offloadLines(nodeSideOffloads(pod)).join('\n'))
  await ipBatch(lab.namespace('switch'), [
    `route replace ${at.v4} via ${via.v4} dev ${switchPort(to)} onlink`,
    ...(at.v6 === undefined ? [] : [`route replace ${at.v6} via ${via.v6} dev ${switchPort(to)} onlink`]),
  ])
}
