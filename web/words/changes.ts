import type {
  ChangeSubject,
  HintState,
  Interval,
  RoutingChange,
  SavedPerMonth,
  Verdict,
} from '@weir/contract/rollout-queries.ts'
import { formatMoney } from './money.ts'

/** "shop/cart", "Deployment shop/cart", "the whole cluster". */
export function subjectWords(subject: ChangeSubject): string {
  switch (subject.kind) {
    case 'service':
      return `${subject.namespace}/${subject.name}`
    case 'workload':
      return `${subject.workload.kind} ${subject.namespace}/${subject.workload.name}`
    case 'cluster':
      return 'the whole cluster'
  }
}

/** "none → PreferSameZone"; of a mark by hand, why. */
export const changeWords = ({ before, after, note }: RoutingChange): string =>
  before === '' && after === '' ? note : `${before || 'none'} → ${after || 'none'}`

/** A sign beside the word, so that no verdict is told by its colour alone. */
export const verdictSigns: { readonly [verdict in Verdict]: string } = {
  reduced: '▼',
  'no clear change': '≈',
  increased: '▲',
  'not enough data': '…',
  'coverage changed': '!',
}

export const hintWords: { readonly [state in HintState]: string } = {
  'as predicted': 'hints are set as predicted',
  'none, as predicted': 'no hints, as predicted',
  missing: 'hints are predicted and not there',
  'stuck off': 'hints could be set and are not: the controller does not look again by itself',
  unexpected: 'hints are there that were not predicted',
  'not used': 'hints are there and are not used',
}

const tenths = (value: number): string => (Math.round(Math.abs(value) * 1000) / 10).toFixed(1)
const signed = (value: number): string => `${value < 0 ? '−' : value > 0 ? '+' : ''}${tenths(value)}`

/** A difference of shares: "−31.2 points (−36.0 to −26.9)". */
export const changeInPoints = ({ estimate, low, high }: Interval): string =>
  `${signed(estimate)} points (${signed(low)} to ${signed(high)})`

/** "61.5 % (58.0 to 64.8)". */
export const shareWithInterval = (share: number | null, interval: Interval | null): string => {
  if (share === null) return '–'
  const within = interval === null ? '' : ` (${tenths(interval.low)} to ${tenths(interval.high)})`
  return `${tenths(share)} %${within}`
}

/** "$118.40 a month ($101.20 to $131.00)"; below zero it costs more. */
export function savedWords({ estimate, low, high, currency }: SavedPerMonth): string {
  const money = (micros: number) => formatMoney(micros, currency)
  return `${money(estimate)} a month (${money(low)} to ${money(high)})`
}
