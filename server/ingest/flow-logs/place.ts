import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import { type FlowLogBatch, initiators, NO_NEXT_HOP } from '@weir/contract/flow-log-wire.ts'
import { isTunnel } from '@weir/contract/tunnels.ts'
import { minute, startOf } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { BACKEND, type End, MACHINE, MIDDLEBOX } from '../end.ts'
import type { Ends } from '../ends.ts'
import type { FarGatewayOf } from '../nat-hops.ts'
import { NOBODY } from '../numbers.ts'
import type { Services } from '../responders.ts'
import { type SeriesNumbers, shapeOf } from '../series-numbers.ts'
import { type Hop, type HopEnd, hopsOf } from './hops.ts'
import type { Logger, Loggers } from './loggers.ts'
import { missingIn } from './overlap.ts'
import type { PlacedHop, PlacedRow } from './placed.ts'

const DESTINATION = initiators.indexOf('destination')

/** Places the rows of flow-log batches: both ends by the directory, at the time of the row. */
export class FlowLogPlacer {
  readonly #ends: Ends
  readonly #series: SeriesNumbers
  readonly #services: Services
  readonly #loggers: Loggers
  readonly #farGatewayOf: FarGatewayOf

  constructor(
    ends: Ends,
    series: SeriesNumbers,
    services: Services,
    loggers: Loggers,
    farGatewayOf: FarGatewayOf = () => undefined,
  ) {
    this.#ends = ends
    this.#series = series
    this.#services = services
    this.#loggers = loggers
    this.#farGatewayOf = farGatewayOf
  }

  place(batch: FlowLogBatch): PlacedRow[] {
    const { rows } = batch
    const hopOf = hopsOf(batch, this.#loggers)
    const ends = new EndsOfBatch(this.#ends, batch.cluster)
    const namesPackets = !missingIn(batch.object, this.#loggers.flowLogs).some(isPacketField)
    const hops = Array.from({ length: rows.count }, (_, row) => {
      const hop = hopOf(row)
      return hop === undefined || namesPackets ? hop : this.#atNode(hop, ends, rows.minute[row] ?? 0)
    })
    for (const [row, hop] of hops.entries()) if (hop !== undefined) this.#learn(hop, ends, rows.minute[row] ?? 0)
    return hops.map((hop, row) => ({
      minute: minute(rows.minute[row] ?? 0),
      bytes: rows.bytes[row] ?? 0,
      hop: hop && this.#placeRow(batch, row, hop, ends, namesPackets),
    }))
  }

  /** A format without the packets' addresses names an interface by its own: where that is no node's, its machine's may be. */
  #atNode(hop: Hop, ends: EndsOfBatch, at: number): Hop {
    const isSent = hop.direction === 'egress'
    const own = isSent ? hop.from : hop.to
    const isNodes = ({ address }: HopEnd) => ends.of({ address }, at, 0).node !== NOBODY
    if (own.box !== undefined || isNodes(own)) return hop
    const node = this.#loggers.machineOf(hop.logger)?.find(address => isNodes({ address }))
    if (node === undefined) return hop
    return isSent ? { ...hop, from: { address: node } } : { ...hop, to: { address: node } }
  }

  /** Whose packets an interface sends is logged: its own address, and those of the node behind it. */
  #learn({ logger, direction, from, to }: Hop, ends: EndsOfBatch, at: number): void {
    if (logger.middlebox !== undefined) return
    const own = direction === 'egress' ? from : to
    const { node, placed } = ends.of(own, at, 0)
    if (node === NOBODY) return
    this.#loggers.learn(own.address)
    this.#loggers.learn(nodeName(placed.node))
  }

  #placeRow(batch: FlowLogBatch, row: number, hop: Hop, ends: EndsOfBatch, namesPackets: boolean): PlacedHop {
    const { rows } = batch
    const at = rows.minute[row] ?? 0
    const [port, protocol] = [rows.port[row] ?? 0, rows.protocol[row] ?? 0]
    const isForth = rows.initiator[row] !== DESTINATION
    const isSent = hop.direction === 'egress'
    const zones = zonesOf(batch, row, hop)
    const from = ends.of(hop.from, at, isForth ? 0 : port, isSent ? zones.own : zones.next)
    const to = ends.of(hop.to, at, isForth ? port : 0, isSent ? zones.next : zones.own)
    const [initiator, responder] = isForth ? [from, to] : [to, from]
    const isBackend = (responder.is & BACKEND) !== 0
    const service = isBackend ? this.#services.behind(responder, port, protocol, windowOfMinute(at)) : NOBODY
    const shape = shapeOf(port, protocol, 0, 0, 'flow log')
    const sender = isSent ? 'silent' : this.#sender(hop, from)
    return {
      minute: minute(at),
      bytes: rows.bytes[row] ?? 0,
      series: this.#series.numberOf(initiator.seriesEnd, responder.seriesEnd, service, NOBODY, shape, 0),
      isForth,
      from: from.addressNumber,
      to: to.addressNumber,
      fromNode: from.node,
      toNode: to.node,
      logger: hop.logger.id,
      routed: this.#routed(hop),
      loggedBy: hop.logger.middlebox !== undefined ? NOBODY : isSent ? from.node : to.node,
      view: isSent ? 'sent' : 'received',
      middlebox: hop.middlebox,
      isBoxKnown: ends.isKnownBox(hop.from.box === undefined ? hop.to : hop.from, at),
      isTold: sender === 'logs' || (hop.logger.middlebox === 'NAT gateway' && isInternet(isSent ? to : from)),
      isSenderSilent: sender === 'silent',
      // What tunnels carry is seen apart, under other addresses: only its nodes are the same.
      isMatched: namesPackets && !isTunnel(protocol, port),
      nodeless: this.#nodeless(hop, from, to, namesPackets, () => ends.knowsNodes(at)),
    }
  }

  /** Another interface's record of a hop to a NAT gateway: what agents report of that machine may tell it, too. */
  #routed({ from, to, logger, direction }: Hop): string | undefined {
    const box = (direction === 'egress' ? to : from).box
    if (box === undefined || box.id === logger.id) return undefined
    const own = direction === 'egress' ? from : to
    return this.#farGatewayOf(own.address)?.interface === box.id ? box.id : undefined
  }

  #nodeless(
    { direction, logger }: Hop,
    from: End,
    to: End,
    namesPackets: boolean,
    knowsNodes: () => boolean,
  ): PlacedHop['nodeless'] {
    if (!isNodeless(from) && !isNodeless(to)) return 'none'
    const isOwnUnknown = !namesPackets && isNodeless(direction === 'egress' ? from : to)
    return (isOwnUnknown && this.#loggers.machineOf(logger) === undefined) || !knowsNodes() ? 'own' : 'any'
  }

  /** Whether the sender's own records tell what this one, of the receiver, tells. */
  #sender({ from, logger }: Hop, end: End): 'logs' | 'silent' | 'unknown' {
    const isBox = (end.is & MIDDLEBOX) !== 0
    // What passes traffic on and does not log by itself: else hopsOf would not have made it an end.
    if (from.box !== undefined) return 'silent'
    // The records of who sends to a middlebox tell where the packets go in the end, not of this hop.
    if (logger.middlebox !== undefined && !isBox) return 'silent'
    if (this.#loggers.isLogged(from.address) || this.#loggers.isLogged(nodeName(end.placed.node))) return 'logs'
    return isInternet(end) || this.#loggers.isSilent(from.address) ? 'silent' : 'unknown'
  }
}

/** An address inside that no label tells of: it may be at a node. */
const isNodeless = ({ node, placed: { peer } }: End): boolean =>
  node === NOBODY && (peer.kind === 'unplaced' || peer.kind === 'subnet')
const isInternet = ({ placed }: End): boolean => placed.peer.kind === 'internet'
/** Without these pods are told only as their node. */
const isPacketField = ({ field }: { readonly field: string }): boolean =>
  field === 'pkt-srcaddr' || field === 'pkt-dstaddr'
const nodeName = (node: string | undefined): string => `node ${node ?? ''}`

const windowOfMinute = (at: number): BatchWindow => ({
  from: startOf(minute(at)),
  to: startOf(minute(at + 1)),
  kind: 'live',
})

/** Where a record says the two ends are; used where nothing else tells. */
function zonesOf(
  { rows, nextHops }: FlowLogBatch,
  row: number,
  { logger }: Hop,
): { readonly own: Zone | undefined; readonly next: Zone | undefined } {
  const id = nextHops[rows.nextHop[row] ?? NO_NEXT_HOP]?.zoneId
  const region = logger.zone?.region
  return { own: logger.zone, next: id === undefined || region === undefined ? undefined : { region, id } }
}

/** The ends of one batch, each placed once for every minute it is named in. */
class EndsOfBatch {
  readonly #ends: Ends
  readonly #cluster: string
  readonly #known = new Map<string, End>()
  readonly #knowsNodes = new Map<number, boolean>()

  constructor(ends: Ends, cluster: string) {
    this.#ends = ends
    this.#cluster = cluster
  }

  /** `port`: of a responder, else 0. `zone`: where nothing else tells it. */
  of(end: HopEnd, at: number, port: number, zone?: Zone): End {
    const bare = this.#bare(end.address, at, 0)
    const found = port !== 0 && (bare.is & MACHINE) !== 0 ? this.#bare(end.address, at, port) : bare
    const { placed } = found
    if (end.box !== undefined && placed.peer.kind !== 'aws') return this.#box(end.address, end.box)
    // The internet has no zone, whatever passes its traffic on.
    if (placed.zone !== undefined || zone === undefined || placed.peer.kind === 'internet') return found
    return this.#ends.ofPlaced(this.#cluster, end.address, { ...placed, zone })
  }

  knowsNodes(at: number): boolean {
    const known = this.#knowsNodes.get(at) ?? this.#ends.knowsNodes(this.#cluster, startOf(minute(at)))
    this.#knowsNodes.set(at, known)
    return known
  }

  /** Whether the directory knew at that time that a middlebox has this address. */
  isKnownBox({ address }: HopEnd, at: number): boolean {
    return (this.#bare(address, at, 0).is & MIDDLEBOX) !== 0
  }

  #bare(address: string, at: number, port: number): End {
    const key = `${address} ${at} ${port}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const end = this.#ends.ofAddress(this.#cluster, address, port, windowOfMinute(at))
    this.#known.set(key, end)
    return end
  }

  /** What the record, or the VPC's map, says of an interface that the directory does not know. */
  #box(address: string, { id, middlebox = 'other interface', mapped, zone, vpc }: Logger): End {
    const named = mapped?.owner.kind === 'thing' ? mapped.owner.id : id
    const peer = { kind: 'aws', thing: middlebox, id: named } as const
    const placed = { peer, zone, node: undefined, label: undefined, ...(vpc !== undefined && { vpc }) }
    return this.#ends.ofPlaced(this.#cluster, address, placed)
  }
}
