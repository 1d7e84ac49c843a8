import { setTimeout as delay } from 'node:timers/promises'
import { MINUTE_MS } from '@weir/contract/units.ts'
import type { Stage } from '../accuracy/phase.ts'
import { podAddresses } from '../addresses.ts'
import { type Layout, nodeOf } from '../layout.ts'
import { targetOf } from '../traffic/background.ts'
import { readTruth, since, type Truth } from '../truth.ts'
import { until } from '../weir/answers.ts'
import { CLIENT } from './town.ts'

/** Bytes of a Service's connections, and the share of them that crossed zones. */
export interface Share {
  readonly bytes: number
  readonly share: number
}

/** The same connections as the switch counted them and as Weir tells them. */
export interface Measured {
  readonly wire: Share
  readonly told: Share
}

/** An answer of one segment: then connection tracking sees no bundles, and counts what is on the wire. */
const REQUEST = { up: 300, down: 1_200 } as const
/** New connections of each client to each Service. */
const PER_SECOND = 20
/** Bytes that may be missing when it is as good as told. */
const NEARLY_ALL = 0.995
/** What is under way when clients stop, and what agents hold back, has come by then. */
const PATIENCE_MS = 30_000

/**
 * Clients of every zone open connections to Services until `until`; then what crossed the wire meanwhile, and what Weir
 * says of the minutes. Nothing else may talk to these Services in the minutes that this begins and ends in.
 */
export async function measure(
  { endpoints, lab, weir }: Stage,
  services: readonly string[],
  end: number,
): Promise<ReadonlyMap<string, Measured>> {
  const { layout } = lab
  const from = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  const before = await readTruth(lab)
  const jobs = clientsOf(layout).flatMap(client =>
    services.map(service =>
      endpoints.start(client, {
        kind: 'connections',
        ...targetOf(layout, `service:${service}`),
        ...REQUEST,
        times: null,
        perSecond: PER_SECOND,
      }),
    ),
  )
  await delay(end - Date.now())
  for (const job of jobs) job.stop()
  for (const { failed, failure } of await Promise.all(jobs.map(({ outcome }) => outcome)))
    if (failed > 0) throw new Error(`${failed} connections failed, the first with: ${failure}`)
  const wire = since(before, await readTruth(lab))
  const to = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS

  const measured = new Map<string, Measured>()
  for (const service of services) {
    const onWire = wireShare(layout, wire, service)
    let told = await toldShare(weir, from, to, service)
    await until(`the ${onWire.bytes} bytes to ${service} are told, ${told.bytes} are`, PATIENCE_MS, async () => {
      told = await toldShare(weir, from, to, service)
      return told.bytes >= onWire.bytes * NEARLY_ALL
    })
    measured.set(service, { wire: onWire, told })
  }
  return measured
}

const clientsOf = ({ pods }: Layout): string[] =>
  pods.filter(({ workload }) => workload.name === CLIENT).map(({ name }) => name)

/** Both ways, between the clients and the backends of a Service. */
function wireShare(layout: Layout, truth: Truth, workload: string): Share {
  const zones = (name: string) =>
    new Map(
      layout.pods
        .filter(pod => pod.workload.name === name)
        .map(pod => [podAddresses(layout, pod).v4, nodeOf(layout, pod.node).zone]),
    )
  const [near, far] = [zones(CLIENT), zones(workload)]
  let [bytes, crossing] = [0, 0]
  for (const { source, destination, bytes: counted } of truth.counts) {
    const client = near.get(source) ?? near.get(destination)
    const endpoint = far.get(destination) ?? far.get(source)
    if (client === undefined || endpoint === undefined) continue
    bytes += counted
    if (client !== endpoint) crossing += counted
  }
  return { bytes, share: crossing / bytes }
}

async function toldShare({ answers }: Stage['weir'], from: number, to: number, service: string): Promise<Share> {
  const { rows } = await answers.pairs(from, to)
  const ofService = rows.filter(({ initiator, responder }) => initiator.name === CLIENT && responder.name === service)
  const bytes = ofService.reduce((sum, row) => sum + row.bytes, 0)
  const crossing = ofService.reduce((sum, row) => sum + row.byCrossing['cross-zone'].bytes, 0)
  return { bytes, share: bytes === 0 ? Number.NaN : crossing / bytes }
}
