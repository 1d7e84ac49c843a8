import type { Layout } from '../layout.ts'
import { MANAGEMENT } from './proxy-rules.ts'

/**
 * The link from the nodes to the machine's own namespace, where the server runs: agents report by it, so that a cut
 * data link does not cut them off, and what they send is not part of what they measure.
 */
export interface ManagementNetwork {
  /** Interfaces made in the machine's own namespace; a node's is `linkOf` its key. */
  readonly links: readonly string[]
  linkOf(node: string): string
  /** Where the server listens for agents. */
  readonly address: string
  /** Lines for `ip -batch` in the machine's own namespace. */
  readonly create: readonly string[]
  /** Lines for `ip -batch`, per node's key. */
  readonly perNode: ReadonlyMap<string, readonly string[]>
}

/** @param mark begins the names of the links; at most 12 characters. */
export function managementNetwork(
  layout: Layout,
  slot: number,
  mark: string,
  name: (key: string) => string,
): ManagementNetwork {
  const address = `10.254.${slot}.1`
  const link = (node: string) => `${mark}-${node}`
  return {
    linkOf: link,
    links: [mark, ...layout.nodes.map(n => link(n.key))],
    address,
    create: [
      `link add ${mark} type bridge`,
      `link set ${mark} addrgenmode none`,
      `addr add ${address}/24 dev ${mark}`,
      `link set ${mark} up`,
      ...layout.nodes.flatMap(({ key }) => [
        `link add ${link(key)} type veth peer name ${MANAGEMENT} netns ${name(key)}`,
        `link set ${link(key)} master ${mark} addrgenmode none`,
        `link set ${link(key)} up`,
      ]),
    ],
    perNode: new Map(
      layout.nodes.map(({ key }, i) => [
        key,
        [
          `link set ${MANAGEMENT} addrgenmode none`,
          `link set ${MANAGEMENT} up`,
          `addr add 10.254.${slot}.${10 + i}/24 dev ${MANAGEMENT}`,
        ],
      ]),
    ),
  }
}
