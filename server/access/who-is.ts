import type { EpochMs } from '@weir/contract/units.ts'
import type { Refusal, Viewer } from './rules.ts'
import type { Visit } from './visit.ts'

/** The port behind which viewers are told from strangers. Never throws. */
export type WhoIs = (visit: Visit, now: EpochMs) => Viewer | Refusal

/** Lets everybody in: only when the server is told so. The page says it on top. */
export const anyone: WhoIs = () => ({ name: 'anyone', scope: 'all', auth: 'none' })
