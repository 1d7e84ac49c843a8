import { formatDuration } from '../words/times.ts'
import type { Arrival, Screen } from './screen.ts'

/** Agents send a window every 10 s (the default) and the server a frame at least every 5 s: three of them missed. */
export const DATA_STALE_AFTER_MS = 30_000
export const FRAME_STALE_AFTER_MS = 15_000
/** How long the first connection may take before the page says that there is no server. */
const CONNECT_PATIENCE_MS = 4_000

export type StatusKind = 'loading' | 'live' | 'paused' | 'stale' | 'disconnected'
export interface Status {
  readonly kind: StatusKind
  /** One or two words for the pill. */
  readonly word: string
  /** A sentence for the banner; empty when all is well. */
  readonly detail: string
}

/**
 * How old the newest data is, whatever this browser's clock says: the server's own measure of it when it sent the
 * frame, plus the time since the frame came. undefined: no agent has reported yet.
 */
export function dataAge({ frame, receivedAt }: Arrival, now: number): number | undefined {
  return frame.asOf === null ? undefined : Math.max(0, frame.at - frame.asOf) + Math.max(0, now - receivedAt)
}

export function statusOf(screen: Screen, paused: boolean, now: number): Status {
  const arrival = screen.arrivals.zones
  if (screen.denied !== undefined)
    return {
      kind: 'disconnected',
      word: 'Not let in',
      detail: `The server shows nothing here: ${screen.denied.detail}.`,
    }
  if (screen.link === 'lost' || (screen.link === 'connecting' && now - screen.linkSince > CONNECT_PATIENCE_MS)) {
    const since = `for ${formatDuration(now - screen.linkSince)}`
    const shown = arrival === undefined ? 'There is nothing to show yet' : 'The last data stays on screen'
    return {
      kind: 'disconnected',
      word: 'Disconnected',
      detail: `No connection to the server ${since}. ${shown}; reconnecting.`,
    }
  }
  if (arrival === undefined) return { kind: 'loading', word: 'Loading', detail: '' }
  const age = dataAge(arrival, now)
  if (paused) {
    const old = age === undefined ? '' : ` The data on screen is ${formatDuration(age)} old.`
    return { kind: 'paused', word: 'Paused', detail: `Paused: nothing on the page changes.${old}` }
  }
  if (age === undefined) return { kind: 'loading', word: 'Waiting for agents', detail: '' }
  const silence = now - arrival.receivedAt
  if (silence > FRAME_STALE_AFTER_MS)
    return {
      kind: 'stale',
      word: 'Stale',
      detail: `The server has sent nothing for ${formatDuration(silence)}, though the connection is open.`,
    }
  if (age > DATA_STALE_AFTER_MS)
    return {
      kind: 'stale',
      word: 'Stale',
      detail: `No agent has reported anything newer for ${formatDuration(age)}. What is shown is of then.`,
    }
  return { kind: 'live', word: 'Receiving', detail: '' }
}
