import type { IncomingMessage } from 'node:http'
import { MAX_BATCH_COMPRESSED_BYTES } from '@weir/contract/agent-wire.ts'
import { type FlowLogRefusal, flowLogRefusals } from '@weir/contract/flow-log-wire.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { type Response, Router } from 'express'
import type { Identity } from '../../trust/authenticate.ts'
import type { Gate } from '../../trust/gate.ts'
import { refuse as refuseAgent } from '../../trust/refuse.ts'
import { readBody } from '../body.ts'
import { encodingOf } from '../inflate.ts'
import type { FlowLogDesk, ReaderAnswer, ReaderRefusal } from './desk.ts'

/** Names of 1,000 objects of 1,300 characters, as JSON. */
const MAX_QUESTION_BYTES = 2 * 1024 * 1024
/** One reader sends one batch after the other; what comes beside it is a mistake. */
const MAX_REQUESTS = 16

export interface FlowLogRoutesOptions {
  readonly desk: FlowLogDesk
  readonly gate: Gate
  readonly now: () => number
  /** false: nothing is taken, because the server starts or stops. */
  readonly isOpen: () => boolean
  readonly log: (line: string) => void
}

type Handle = (
  body: Buffer,
  request: IncomingMessage,
  identity: Identity,
  now: EpochMs,
) => Promise<ReaderAnswer<object>>

/** The three routes of flow-log readers: see server/contract/flow-log-wire.ts. */
export function flowLogRoutes({ desk, gate, now, isOpen, log }: FlowLogRoutesOptions): Router {
  const router = Router()
  let requests = 0

  const route = (
    path: string,
    limit: number,
    onRefused: (code: ReaderRefusal['code']) => void,
    handle: Handle,
  ): void => {
    router.post(`/agent/v1/flow-logs/${path}`, async (request, response) => {
      const receivedAt = epochMs(now())
      const refuse = (refusal: ReaderRefusal) => {
        onRefused(refusal.code)
        answer(response, { ok: false, refusal })
        // What was refused before it was read is thrown away, so that the connection can be used again.
        request.resume()
      }
      const identity = await gate.admit(request, 'flow logs')
      if ('reason' in identity) return refuse(identity)
      if (!isOpen()) return refuse({ code: 'storage', detail: 'the server is starting or stopping' })
      if (requests >= MAX_REQUESTS) return refuse({ code: 'busy', detail: `${requests} requests are being taken` })
      requests++
      try {
        const body = await readBody(request, limit)
        if (body === 'cut off') return
        if (body === 'too large')
          return refuse({ code: 'too large', detail: `more than ${limit} bytes: send it in parts` })
        answer(response, await handle(body, request, identity, receivedAt))
      } catch (error) {
        // A bug of ours: the reader keeps what it has and comes again.
        log(`flow logs could not be taken: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
        refuse({ code: 'storage', detail: 'the server failed to take this' })
      } finally {
        requests--
      }
    })
  }
  const uncounted = () => {}
  route('lease', MAX_QUESTION_BYTES, uncounted, async (body, _, identity, at) =>
    desk.lease(body.toString(), identity, at),
  )
  route('objects', MAX_QUESTION_BYTES, uncounted, async (body, _, __, at) => desk.objects(body.toString(), at))
  route(
    'batches',
    MAX_BATCH_COMPRESSED_BYTES,
    code => void desk.results[code]++,
    async (body, request, identity, at) => {
      const said = request.headers['content-encoding']
      const encoding = encodingOf(said)
      if (encoding !== undefined) return desk.take(body, encoding, identity, at)
      desk.results.malformed++
      return { ok: false, refusal: { code: 'malformed', detail: `content-encoding ${said}: identity, gzip or zstd` } }
    },
  )
  return router
}

function answer(response: Response, given: ReaderAnswer<object>): void {
  if (given.ok) {
    response.json(given.value)
    return
  }
  const { code, detail, retryAfterS } = given.refusal
  if (isOfReaders(code)) {
    if (retryAfterS !== undefined) response.set('retry-after', String(retryAfterS))
    response.status(flowLogRefusals[code]).json({ code, detail })
  } else refuseAgent(response, { code, detail, ...(retryAfterS !== undefined && { retryAfterS }) })
}

const isOfReaders = (code: ReaderRefusal['code']): code is FlowLogRefusal => code in flowLogRefusals
