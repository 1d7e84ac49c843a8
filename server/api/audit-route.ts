import type { TimeRange } from '@weir/contract/queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { foldAudit } from '../answers/audit.ts'
import type { AuditHour } from '../store/flow-store.ts'
import { count } from './parameters.ts'
import { json, type Route, route } from './route.ts'
import { DAY_MS, rangeOf, rangeParameters } from './time-range.ts'

/** Each node minute is read: a month of 5,000 nodes is 200 million. */
const MAX_DAYS = 31

const parameters = { ...rangeParameters, limit: count('Rows, newest hour first.', 1, 10_000, 1_000) }

/** Agents against flow logs, by node and hour. */
export const auditRoute = (audit: (range: TimeRange) => Promise<readonly AuditHour[]>, now: () => EpochMs): Route =>
  route(
    { path: '/audit', rule: 'everything', summary: 'Agents against flow logs, by node and hour.' },
    parameters,
    'Audit',
    async query => {
      const read = rangeOf(query, now())
      if (!read.ok) return { kind: 'bad', bad: read.bad }
      const { range } = read
      if (range.to - range.from > MAX_DAYS * DAY_MS) {
        const allowed = `at most ${MAX_DAYS} days before to`
        return { kind: 'bad', bad: { parameter: 'from', detail: 'the range is too long', allowed } }
      }
      return json(foldAudit(await audit(range), range, query.limit))
    },
  )
