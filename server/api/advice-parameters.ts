import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { choice, count, type Parameter, type Query, quoted } from './parameters.ts'
import { DAY_MS, momentParameter, rangeOf } from './time-range.ts'

const range = {
  from: momentParameter('Beginning of the range, included; rounded down to the minute.', 'one day before to'),
  to: momentParameter('End of the range, excluded; rounded up to the minute.', 'now'),
} as const

/** A day has its hours of rest and of work; an hour has not. */
export const dayRangeOf = (query: Query<typeof range>, now: EpochMs): ReturnType<typeof rangeOf> => {
  const to = query.to ?? now
  return rangeOf({ to, from: query.from ?? epochMs(Math.max(0, to - DAY_MS)) }, now)
}

const named = (means: string): Parameter<string | undefined> => ({
  means,
  allowed: 'a name of up to 253 characters',
  parse: ([given]) => {
    if (given === '' || (given?.length ?? 0) > 253) throw new Error(`${quoted(given ?? '')} is no name`)
    return given
  },
})

/** undefined where it is not given. */
const figure = (means: string, least: number, most: number, otherwise: string): Parameter<number | undefined> => ({
  means,
  allowed: `a number from ${least} to ${most} (default ${otherwise})`,
  parse: ([given]) => {
    if (given === undefined) return undefined
    const number = Number(given)
    if (!/^\d+(\.\d{1,6})?$/.test(given) || number < least || number > most)
      throw new Error(`${quoted(given)} is no number from ${least} to ${most}`)
    return number
  },
})

export const adviceParameters = {
  ...range,
  cluster: named('Cluster by name; default: all that are watched.'),
  limit: count('Rows of each list; how many more there are is in hidden.', 1, 1_000, 100),
  format: choice('csv: the rows as a file, RFC 4180.', ['json', 'csv'], 'json'),
}

const measured = 'with service: as measured; else'
export const whatIfParameters = {
  gb: figure('GB a month, both directions together.', 0, 1e9, `${measured} 10240`),
  zones: figure('Zones with clients, endpoints and load balancers; a whole number.', 1, 6, `${measured} 3`),
  hintedShare: figure('Share that still crosses where the same zone is preferred.', 0, 1, `${measured} 0.3`),
  services: count('Services of VPC Lattice.', 1, 1_000, 1),
  requestsPerHour: count('Requests to each of them, an hour.', 0, 1e9, 0),
  service: named('A Service whose traffic, clients and endpoints stand in for what is not given.'),
  namespace: named('Of that Service.'),
  cluster: named('Of that Service; default: the first that is watched.'),
  ...range,
  format: choice('csv: the options as a file, RFC 4180.', ['json', 'csv'], 'json'),
}
export type WhatIfQuery = Query<typeof whatIfParameters>
