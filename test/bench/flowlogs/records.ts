import { random } from '../../random.ts'

/** Fields of version 5, in AWS's order, as Weir recommends them for regions without version 11. */
export const FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status ' +
  'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id ' +
  'pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path'

const NODES = 60
const PODS_PER_NODE = 20
/** A pod talks to few others, again and again. */
const PEERS = 8
const PORTS = [80, 443, 5432, 6379, 8080, 9092, 50_051]
const MINUTES = 5
const START = 1_795_225_800

/**
 * Lines as a cluster of 60 nodes in three zones writes them in five minutes, one capture window of an interface after
 * the other: pods that talk to pods on few ports from ever new ephemeral ones, a tenth to the internet, now and then an
 * interface without data.
 */
export function* recordLines(count: number): Generator<string> {
  const next = random(7)
  const pick = (below: number) => Math.floor(next() * below)
  const hex = (n: number) => n.toString(16).padStart(17, '0')
  const nodes = Array.from({ length: NODES }, (_, n) => ({
    eni: `eni-${hex(0x1a2b3c4d00000 + n * 7919)}`,
    instance: `i-${hex(0x9a8b7c6d00000 + n * 104729)}`,
    subnet: `subnet-${hex(0x5a6b7c8d00000 + (n % 3))}`,
    zone: `use1-az${(n % 3) + 1}`,
    address: `10.0.${(n % 3) * 64 + Math.floor(n / 3)}.10`,
    pods: Array.from({ length: PODS_PER_NODE }, (_, p) => `10.0.${(n % 3) * 64 + Math.floor(n / 3)}.${20 + p}`),
  }))
  const all = nodes.flatMap(({ pods }) => pods)
  const peers = all.map(() =>
    Array.from({ length: PEERS }, () => ({ pod: pick(all.length), port: pick(PORTS.length) })),
  )
  const one = <T>(list: readonly T[]): T => list[pick(list.length)] as T // never empty
  for (let i = 0; i < count; i++) {
    const capture = Math.floor((i * MINUTES * NODES) / count)
    const own = nodes[capture % NODES] ?? one(nodes)
    const start = START + Math.floor(capture / NODES) * 60 + pick(5)
    const end = start + 50 + pick(10)
    const fixed = [own.subnet, own.instance]
    if (i % 997 === 0) {
      yield `5 123456789012 ${own.eni} - - - - - - - ${start} ${end} - NODATA vpc-0a1b2c3d4e5f60718 ${fixed.join(' ')} - - - - us-east-1 ${own.zone} - - - - - -`
      continue
    }
    const pod = one(own.pods)
    const isOutside = next() < 0.1
    const peer = one(peers[all.indexOf(pod)] ?? [])
    const far = isOutside ? `52.${pick(4)}.${pick(64)}.${pick(64)}` : (all[peer.pod] ?? '')
    const port = PORTS[peer.port] ?? 443
    const ephemeral = 32_768 + pick(28_000)
    const isEgress = next() < 0.5
    const isClient = next() < 0.5
    const packets = 1 + pick(400)
    const bytes = packets * (60 + pick(8_900))
    const flags = isClient === isEgress ? [0, 2, 3][pick(3)] : [0, 18, 19][pick(3)]
    const [from, to] = isEgress ? [own.address, far] : [far, own.address]
    const [packetFrom, packetTo] = isEgress ? [pod, far] : [far, pod]
    const [fromPort, toPort] = isClient === isEgress ? [ephemeral, port] : [port, ephemeral]
    const path = isEgress ? (isOutside ? '8' : '1') : '-'
    yield `5 123456789012 ${own.eni} ${from} ${to} ${fromPort} ${toPort} 6 ${packets} ${bytes} ${start} ${end} ACCEPT OK vpc-0a1b2c3d4e5f60718 ${fixed.join(' ')} ${flags} IPv4 ${packetFrom} ${packetTo} us-east-1 ${own.zone} - - - - ${isEgress ? 'egress' : 'ingress'} ${path}`
  }
}
