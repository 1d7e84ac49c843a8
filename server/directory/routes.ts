import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Refusal } from '@weir/contract/agent-wire.ts'
import type { DirectoryUpdate } from '@weir/contract/directory-wire.ts'
import { epochMs } from '@weir/contract/units.ts'
import { json, type NextFunction, Router } from 'express'
import type { Authenticate } from '../ingest/authenticate.ts'
import type { Directory } from './directory.ts'
import { checkQuestion, isNodeName, MAX_QUESTION_BYTES } from './question.ts'
import { Waiting } from './waiting.ts'

export interface DirectoryRoutesOptions {
  readonly directory: Directory & { clusters(): readonly string[] }
  readonly authenticate: Authenticate
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
export function directoryRoutes({
  directory,
  authenticate,
  now,
  holdMs = 25_000,
}: DirectoryRoutesOptions): DirectoryRoutes {
  const waiting = new Waiting(directory, holdMs, now)
  const router = Router()

  /** Who asks, once all that was said of it agrees; undefined when it was refused. */
  const asker = (request: IncomingMessage, response: ServerResponse, node: unknown) => {
    const identity = authenticate(request)
    if ('code' in identity) return refuse(response, identity)
    const cluster = identity.cluster ?? parameter(request, 'cluster') ?? directory.clusters()[0] ?? ''
    if (!isNodeName(node)) return refuse(response, { code: 'malformed', detail: 'node: expected a node name' })
    const said = parameter(request, 'cluster') ?? cluster
    if (said !== cluster || (identity.node ?? node) !== node)
      return refuse(response, { code: 'foreign', detail: `the credential is not of node ${node} of cluster ${said}` })
    return { cluster, node }
  }

  router.get('/agent/v1/directory', (request, response) => {
    const from = asker(request, response, parameter(request, 'node'))
    if (from === undefined) return
    const answer = (update: DirectoryUpdate | undefined): void => {
      if (update === undefined) response.writeHead(204).end()
      else send(request, response, 200, update).catch(() => response.destroy())
    }
    response.on('close', waiting.add({ ...from, cursor: parameter(request, 'since'), answer }))
  })

  // The credential is looked at before the body is read.
  router.post('/agent/v1/labels', (request, response, next) => {
    const identity = authenticate(request)
    if ('code' in identity) refuse(response, identity)
    else next()
  })
  router.post('/agent/v1/labels', json({ limit: MAX_QUESTION_BYTES, type: () => true }), async (request, response) => {
    const question = checkQuestion(request.body)
    if (!question.ok) return refuse(response, { code: 'malformed', detail: question.detail })
    const { node, addresses } = question.value
    const from = asker(request, response, node)
    if (from === undefined) return
    await send(request, response, 200, directory.ask(from.cluster, from.node, addresses, epochMs(now())))
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

const statuses: { readonly [code in Refusal['code']]: number } = {
  malformed: 400,
  'unsupported version': 400,
  'clock ahead': 400,
  unauthorised: 401,
  foreign: 403,
  'too large': 413,
  busy: 429,
  storage: 503,
}

function refuse(response: ServerResponse, refusal: Refusal): undefined {
  const { code } = refusal
  if (code === 'busy' || code === 'storage') response.setHeader('retry-after', '5')
  response.writeHead(statuses[code], { 'content-type': 'application/json' }).end(JSON.stringify(refusal))
}

function parameter(request: IncomingMessage, name: string): string | undefined {
  return new URL(request.url ?? '', 'http://agents').searchParams.get(name) || undefined
}

const pack = promisify(gzip)
/** Below this an answer fits one packet anyhow. */
const PACK_FROM_BYTES = 1_400

async function send(request: IncomingMessage, response: ServerResponse, status: number, body: object): Promise<void> {
  const text = Buffer.from(JSON.stringify(body))
  const packs = text.length >= PACK_FROM_BYTES && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  const headers = { 'content-type': 'application/json', ...(packs && { 'content-encoding': 'gzip' }) }
  response.writeHead(status, headers).end(packs ? await pack(text, { level: 1 }) : text)
}
