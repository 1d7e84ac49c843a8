import type { IncomingMessage, ServerResponse } from 'node:http'
import { ANSWERED_AT } from '@weir/contract/agent-wire.ts'
import { epochMs } from '@weir/contract/units.ts'
import { json, type NextFunction, Router } from 'express'
import type { Identity } from '../trust/authenticate.ts'
import type { Gate } from '../trust/gate.ts'
import { refuse } from '../trust/refuse.ts'
import type { AgentUpdate } from './agent-update.ts'
import type { Directory } from './directory.ts'
import { checkQuestion, isNodeName, MAX_QUESTION_BYTES } from './question.ts'
import { type Body, packedBody, UpdateBytes } from './update-bytes.ts'
import { Waiting } from './waiting.ts'

export interface DirectoryRoutesOptions {
  readonly directory: Directory & { clusters(): readonly string[] }
  readonly gate: Gate
  readonly now: () => number
  /** How long a request is held while there is no news. Default 25 s: below the idle limits of usual proxies (60 s). */
  readonly holdMs?: number
}

export interface DirectoryRoutes {
  readonly router: Router
  /** How many agents wait for news now. */
  waiting(): number
  /** Answers the agents that wait, so that the listener can close. */
  stop(): void
}

/** GET /agent/v1/directory and POST /agent/v1/labels: see server/contract/directory-wire.ts. */
export function directoryRoutes({ directory, gate, now, holdMs = 25_000 }: DirectoryRoutesOptions): DirectoryRoutes {
  const waiting = new Waiting(directory, holdMs, now)
  const bytes = new UpdateBytes()
  const router = Router()

  /** Who asks, once all that was said of it agrees; undefined when it was refused. */
  const asker = (identity: Identity, request: IncomingMessage, response: ServerResponse, node: unknown) => {
    const said = parameter(request, 'cluster')
    const cluster = said ?? identity.cluster ?? directory.clusters()[0] ?? ''
    if (!isNodeName(node)) {
      refuse(response, { code: 'malformed', detail: 'node: expected a node name' })
      return undefined
    }
    const foreign = gate.foreign(identity, cluster, node)
    if (foreign === undefined) return { cluster, node }
    refuse(response, foreign)
    return undefined
  }

  router.get('/agent/v1/directory', async (request, response) => {
    const identity = await gate.admit(request, 'poll')
    if ('reason' in identity) return refuse(response, identity)
    const from = asker(identity, request, response, parameter(request, 'node'))
    if (from === undefined || response.destroyed) return
    const answer = (update: AgentUpdate | undefined): void => {
      if (update === undefined) response.writeHead(204).end()
      else
        bytes.of(update, packs(request)).then(
          body => send(response, body, now()),
          () => response.destroy(),
        )
    }
    response.on('close', waiting.add({ ...from, cursor: parameter(request, 'since'), answer }))
  })

  // The credential is looked at before the body is read.
  const asked = new WeakMap<IncomingMessage, Identity>()
  router.post('/agent/v1/labels', async (request, response, next) => {
    const identity = await gate.admit(request, 'question')
    if ('reason' in identity) return refuse(response, identity)
    asked.set(request, identity)
    next()
  })
  router.post('/agent/v1/labels', json({ limit: MAX_QUESTION_BYTES, type: () => true }), async (request, response) => {
    const identity = asked.get(request)
    if (identity === undefined) throw new Error('a question came past the gate')
    const question = checkQuestion(request.body)
    if (!question.ok) return refuse(response, { code: 'malformed', detail: question.detail })
    const { node, addresses } = question.value
    const from = asker(identity, request, response, node)
    if (from === undefined) return
    const labels = directory.ask(from.cluster, from.node, addresses, epochMs(now()))
    send(response, await packedBody(JSON.stringify(labels), packs(request)), now())
  })
  router.use(
    '/agent/v1/labels',
    (error: Error, _request: IncomingMessage, response: ServerResponse, next: NextFunction) => {
      const status = 'status' in error ? error.status : undefined
      if (status === 413)
        refuse(response, { code: 'too large', detail: `at most ${MAX_QUESTION_BYTES} bytes: ask in parts` })
      else if (status === 400 || status === 415)
        refuse(response, { code: 'malformed', detail: `not JSON: ${error.message}` })
      else next(error)
    },
  )
  return { router, waiting: () => waiting.count, stop: () => waiting.stop() }
}

function parameter(request: IncomingMessage, name: string): string | undefined {
  return new URL(request.url ?? '', 'http://agents').searchParams.get(name) || undefined
}

const packs = (request: IncomingMessage): boolean => /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))

function send(response: ServerResponse, { pieces, packed }: Body, answeredAt: number): void {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const encoding = packed && { 'content-encoding': 'gzip' }
  const kind = { 'content-type': 'application/json', 'content-length': length, ...encoding }
  response.writeHead(200, { ...kind, [ANSWERED_AT]: answeredAt })
  for (const piece of pieces) response.write(piece)
  response.end()
}
