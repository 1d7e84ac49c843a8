/**
 * What a lab tells an endpoint (traffic/endpoint.ts) to do, over the IPC channel of the child process. `up` and `down`
 * are exact payload bytes per request, towards the server and back.
 */
export type Order =
  | { readonly kind: 'listen'; readonly ports: readonly number[] }
  /** Requests on one TCP connection, `everyMs` apart (0: one after the other). `times: null` goes on until stopped. */
  | (Target & {
      readonly kind: 'exchange'
      readonly times: number | null
      readonly everyMs: number
      readonly localPort?: number
    })
  /** UDP requests of at most one datagram each way. */
  | (Target & { readonly kind: 'datagrams'; readonly times: number | null; readonly everyMs: number })
  /** A new TCP connection per request. */
  | (Target & {
      readonly kind: 'connections'
      readonly times: number | null
      readonly perSecond: number
      /** Open the next only when the last has ended, always from this port; the server closes first. */
      readonly localPort?: number
    })
  /** Ends an endless order. */
  | { readonly kind: 'stop'; readonly order: number }

export interface Target {
  readonly host: string
  /** More than one: taken in turn. */
  readonly ports: readonly number[]
  /** At least HEADER_BYTES. */
  readonly up: number
  readonly down: number
}

/** What an order came to. Endless ones report when they are stopped. */
export interface Outcome {
  readonly completed: number
  readonly failed: number
  /** The first failure, in words. */
  readonly failure?: string
  readonly tookMs: number
}

export interface Told {
  readonly id: number
  readonly order: Order
}

export type Reply = { readonly id: number; readonly outcome: Outcome } | { readonly id: number; readonly error: string }

/** A request begins with: bytes up in all, bytes down (float64, big-endian), 1 if the server closes after its answer. */
export const HEADER_BYTES = 17

/** @throws RangeError when `up` cannot hold the header. */
export function requestHeader(up: number, down: number, serverCloses: boolean): Buffer {
  if (up < HEADER_BYTES) throw new RangeError(`a request has at least ${HEADER_BYTES} bytes, not ${up}`)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeDoubleBE(up, 0)
  header.writeDoubleBE(down, 8)
  header[16] = serverCloses ? 1 : 0
  return header
}

export const readHeader = (header: Buffer): { up: number; down: number; serverCloses: boolean } => ({
  up: header.readDoubleBE(0),
  down: header.readDoubleBE(8),
  serverCloses: header[16] === 1,
})
