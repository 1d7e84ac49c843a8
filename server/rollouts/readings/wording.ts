import type { ChangeSubject, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { type EpochMs, unreachable } from '@weir/contract/units.ts'
import type { Judged } from '../evaluate/verdict.ts'
import type { ShareSteps } from '../service-traffic.ts'
import { HOUR_MS, type Kept, type Sides } from './ranges.ts'

/** So long without a byte, while somebody watched, is an end. */
const STOPPED_MS = 24 * HOUR_MS

/** What a reading's sentence must tell beside the figures. */
export interface Circumstances {
  readonly change: RoutingChange
  readonly sides: Sides
  readonly before: ShareSteps
  readonly after: ShareSteps
  readonly kept: Kept
  readonly now: EpochMs
  /** How many Services the change is of, and how many of them were read. */
  readonly services: number
  readonly read: number
}

/** The sentence of a settled reading, with what cut it short. */
export function whySettled({ verdict, why }: Pick<Judged, 'verdict' | 'why'>, around: Circumstances): string {
  const { change, kept, now } = around
  const closing = [someServices(around), stopped(around.after)].filter(text => text !== '')
  if (verdict !== 'not enough data') return [why, ...closing].join('. ')
  if (change.at > now) return `it is marked for ${when(change.at)}, which is still to come`
  if (change.at < kept.hoursFrom)
    return `it is of ${when(change.at)}, and sums by the hour are kept from ${when(kept.hoursFrom)} on`
  const cuts = [cutShort(around.sides), unwatched(around), why].filter(text => text !== '')
  return [cuts.join('; '), ...closing].join('. ')
}

/** A moment as sentences tell it: 2026-11-20 10:05Z. */
export const when = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`

/** A change as sentences name it. */
export const nameChange = ({ kind, subject }: Pick<RoutingChange, 'kind' | 'subject'>): string =>
  `“${kind}” of ${nameSubject(subject)}`

function nameSubject(subject: ChangeSubject): string {
  switch (subject.kind) {
    case 'service':
      return `${subject.namespace}/${subject.name}`
    case 'workload':
      return `${subject.workload.kind} ${subject.namespace}/${subject.workload.name}`
    case 'cluster':
      return 'the cluster'
    default:
      return unreachable(subject)
  }
}

function cutShort({ begunBy, endedBy }: Sides): string {
  const texts = [
    begunBy && `before it lies ${nameChange(begunBy)} at ${when(begunBy.at)}`,
    endedBy && `after it comes ${nameChange(endedBy)} at ${when(endedBy.at)}`,
  ]
  return texts.filter(text => text !== undefined).join(', ')
}

function unwatched({ before, after }: Circumstances): string {
  const [missed, of] = [before, after].reduce(
    ([sum, all], { bytes }) => [sum + bytes.filter(value => Number.isNaN(value)).length, all + bytes.length],
    [0, 0],
  )
  return missed === 0 ? '' : `nobody watched in ${missed} of its ${of} hours`
}

/** Where the traffic ended before the reading did. */
function stopped({ from, stepMs, bytes }: ShareSteps): string {
  const last = bytes.findLastIndex(value => value > 0)
  const silent = bytes.subarray(last + 1).filter(value => value === 0).length
  if (last < 0 || silent * stepMs < STOPPED_MS) return ''
  return `There was no traffic since ${when((from + (last + 1) * stepMs) as EpochMs)}`
}

const someServices = ({ services, read }: Circumstances): string =>
  read < services ? `Read were the ${read} largest of ${services} Services` : ''
