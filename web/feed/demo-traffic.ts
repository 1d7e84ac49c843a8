import type { PairEnd } from '@weir/contract/queries.ts'
import type { Crossing } from '@weir/contract/zones.ts'

/** A stream of the demo's toy cloud: one pair between two zones. Bytes per second, one way each. */
export interface DemoStream {
  /** Its place among all streams of the scene. */
  readonly index: number
  readonly initiator: Omit<PairEnd, 'zones'>
  readonly responder: Omit<PairEnd, 'zones'>
  readonly from: string
  readonly to: string
  readonly crossing: Crossing
  readonly via: string | undefined
  readonly rateToResponder: number
  readonly rateToInitiator: number
  readonly connectionsPerSecond: number
}

export const demoZones = ['us-east-1a', 'us-east-1b', 'us-east-1c']

type DemoEnd = readonly [kind: PairEnd['kind'], namespace: string, name: string]
/** from, to, KiB/s to the responder, KiB/s back, share that stays in its zone, connections per second. */
type DemoPair = readonly [from: DemoEnd, to: DemoEnd, there: number, back: number, stays: number, opened: number]

const web: DemoEnd = ['pod', 'shop', 'web']
const kafka: DemoEnd = ['service', 'streams', 'kafka']
const pairs: readonly DemoPair[] = [
  [web, ['service', 'shop', 'catalogue'], 900, 14_200, 0.34, 210],
  [web, ['service', 'shop', 'checkout'], 620, 1_900, 0.33, 44],
  [['pod', 'shop', 'checkout'], ['service', 'payments', 'gateway'], 310, 540, 0.3, 12],
  [['pod', 'shop', 'catalogue'], ['service', 'shop', 'postgres'], 480, 9_800, 0.36, 0.4],
  [['pod', 'shop', 'catalogue'], ['service', 'cache', 'redis'], 1_900, 6_100, 0.31, 3],
  [['pod', 'orders', 'order-writer'], kafka, 8_300, 260, 0.33, 0.1],
  [kafka, kafka, 11_900, 180, 0, 0.01],
  [['pod', 'search', 'indexer'], kafka, 190, 7_400, 0.35, 0.1],
  [['pod', 'search', 'api'], ['service', 'search', 'opensearch'], 420, 3_700, 0.9, 8],
  [['pod', 'monitoring', 'prometheus'], ['service', 'kube-system', 'node-exporter'], 40, 1_250, 0.33, 5],
  [['pod', 'monitoring', 'otel-collector'], ['service', 'monitoring', 'tempo'], 2_600, 60, 0.32, 1],
  [web, ['service', 'kube-system', 'kube-dns'], 12, 31, 0.97, 160],
  [['pod', 'ingress', 'nginx'], ['service', 'shop', 'web'], 480, 5_200, 0.33, 130],
  [['pod', 'payments', 'gateway'], ['internet', '', 'internet'], 95, 140, 0, 9],
  [['node', '', 'ip-10-0-3-17.ec2.internal'], ['aws', '', 'eks-control-plane'], 22, 190, 0, 0.2],
  [['pod', 'orders', 'order-writer'], ['unplaced', '', 'never listed'], 4, 36, 0, 0.3],
]
const hostile: DemoPair = [
  ['pod', '<img src=x onerror=alert(1)>', '\u202Egnp.exe <b>bold</b>'],
  ['service', 'javascript:alert(1)', 'a-name-as-long-as-kubernetes-allows-it-which-is-sixty-three-chars'],
  700,
  900,
  0.2,
  1,
]

/** The streams of a scene. Always the same: nothing here is random. */
export const demoStreams = (scene: string): DemoStream[] =>
  pairsOf(scene)
    .flatMap(spread)
    .map((stream, index) => ({ ...stream, index }))

function pairsOf(scene: string): readonly DemoPair[] {
  switch (scene) {
    case 'empty':
      return []
    case 'quiet': // everything stays in its zone; the last three pairs cannot
      return pairs.slice(0, -3).map(([from, to, there, back, , opened]) => [from, to, there, back, 1, opened])
    case 'hostile':
      return [...pairs.slice(0, 3), hostile]
    case 'large':
      return manyPairs(1000)
    default:
      return pairs
  }
}

function manyPairs(count: number): DemoPair[] {
  return Array.from({ length: count }, (_, i) => {
    const rate = 40_000 / (i + 3)
    const end = (n: number): DemoEnd => [
      'service',
      `team-${String(n % 40).padStart(2, '0')}`,
      `service-${String(n % 997).padStart(3, '0')}`,
    ]
    return [end(i * 7 + 1), end(i * 13 + 5), rate * 0.2, rate, 0.33, 1 + (i % 9)]
  })
}

interface Way {
  readonly a: string
  readonly b: string
  readonly crossing: Crossing
  readonly part: number
}

/** One pair over the zones: what stays is spread evenly over them, the rest over the ways between two of them. */
function spread([initiator, responder, there, back, stays, opened]: DemoPair): Omit<DemoStream, 'index'>[] {
  const [from, to] = [asEnd(initiator), asEnd(responder)]
  const outside = to.kind === 'internet' ? 'internet' : to.kind === 'unplaced' ? 'unknown' : undefined
  const ways: Way[] = demoZones.flatMap((a, i): Way[] =>
    outside === undefined
      ? demoZones.map((b, j) => ({
          a,
          b,
          crossing: zoneCrossing(a, b),
          part: a === b ? stays / 3 : ((1 - stays) / 6) * skew(i, j),
        }))
      : [{ a, b: outside === 'internet' ? 'internet' : 'unknown: end unplaced', crossing: outside, part: 1 / 3 }],
  )
  return ways
    .filter(way => way.part > 0)
    .map(({ a, b, crossing, part }) => ({
      initiator: from,
      responder: to,
      from: a,
      to: b,
      crossing,
      via: from.name === 'nginx' && crossing === 'cross-zone' ? 'ip-10-0-1-42.ec2.internal' : undefined,
      rateToResponder: there * 1024 * part,
      rateToInitiator: back * 1024 * part,
      connectionsPerSecond: opened * part,
    }))
}

const asEnd = ([kind, namespace, name]: DemoEnd): Omit<PairEnd, 'zones'> => ({ kind, namespace, name })
const zoneCrossing = (a: string, b: string): Crossing => (a === b ? 'same-zone' : 'cross-zone')
/** Zones are never used evenly: factors around 1 that add up to 6 over the six ways. */
const skew = (i: number, j: number): number =>
  [
    [1, 1.5, 0.7],
    [1.3, 1, 0.5],
    [0.9, 1.1, 1],
  ][i]?.[j] ?? 1
