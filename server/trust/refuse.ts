import type { ServerResponse } from 'node:http'
import type { Refusal, RefusalCode } from '@weir/contract/agent-wire.ts'

/** What each refusal is in HTTP, on all routes for agents. */
const statuses: { readonly [code in RefusalCode]: number } = {
  malformed: 400,
  'unsupported version': 400,
  'clock ahead': 400,
  unauthorised: 401,
  foreign: 403,
  'too large': 413,
  busy: 429,
  storage: 503,
  unverified: 503,
}

/** Seconds after which to come again. */
const waits: { readonly [code in RefusalCode]?: number } = { busy: 1, storage: 5, unverified: 5 }

/** Answers with a refusal; `retryAfterS` where something better is known than the usual wait. */
export function refuse(response: ServerResponse, refusal: Refusal & { readonly retryAfterS?: number }): void {
  const { code, detail } = refusal
  const wait = refusal.retryAfterS ?? waits[code]
  const text = JSON.stringify({ code, detail } satisfies Refusal)
  response.writeHead(statuses[code], {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(wait !== undefined && { 'retry-after': String(wait) }),
    // RFC 9110 section 11.6.1: a 401 says how to authenticate.
    ...(code === 'unauthorised' && { 'www-authenticate': 'Bearer' }),
  })
  response.end(text)
}
