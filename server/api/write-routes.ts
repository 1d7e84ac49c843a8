import { json, type Request, type Response } from 'express'
import type { Access } from '../access/access.ts'
import { Budget } from '../access/budget.ts'
import type { DashboardRoute } from '../access/guarded-routes.ts'
import type { Refusal, Viewer } from '../access/rules.ts'
import { isSameOrigin, visitOf } from '../access/visit.ts'
import { StorageError } from '../store/flow-store.ts'
import { badParameter, problemType } from './problem.ts'
import { requestId, sendProblem, sendRefusal } from './problem-routes.ts'
import type { WriteReply, WriteRoute } from './write-route.ts'

/** A sentence and a few names. */
const MAX_BODY_BYTES = 8 * 1024
/** Writes of one viewer from one address: a pipeline that rolls out ten Services at once, and ten a minute from then on. */
const WRITES_AT_ONCE = 10
const WRITES_PER_SECOND = 10 / 60

export interface WriteOptions {
  readonly access: Access
  /** Epoch ms. */
  readonly now: () => number
  /** Told of everything that is not kept. */
  readonly onRefused: () => void
}

/**
 * Routes that keep something. No page of another site can make a browser use its session here: the cookie is
 * SameSite=Strict, browsers say where a request is from, and a form cannot send JSON.
 */
export function writeRoutes(routes: readonly WriteRoute[], options: WriteOptions): DashboardRoute[] {
  const budget = new Budget(WRITES_AT_ONCE, WRITES_PER_SECOND)
  const readBody = json({ limit: MAX_BODY_BYTES, type: 'application/json', inflate: false })
  return routes.map(({ path, reply, rule }) => ({
    method: 'post',
    path,
    rule,
    handle: (request, response, viewer) => {
      const refusal = refusalOf(request, viewer, budget, options)
      if (refusal !== undefined) {
        options.onRefused()
        sendRefusal(response, refusal, options.access)
        return
      }
      readBody(request, response, (error?: unknown) => {
        const bad = badBody(request, error)
        if (bad === undefined) return send(response, () => reply(request.body, viewer), options)
        options.onRefused()
        sendProblem(response, bad.status, bad.title, bad.detail)
      })
    },
  }))
}

function refusalOf(
  request: Request,
  { name }: Viewer,
  budget: Budget,
  { access, now }: WriteOptions,
): Refusal | undefined {
  const visit = visitOf(request)
  if (!isSameOrigin(visit, access.dashboardUrl))
    return { code: 'forbidden', detail: 'this came from the page of another site' }
  const retryAfterS = budget.take(`${name} ${access.proxies.clientOf(visit)}`, now())
  if (retryAfterS === 0) return undefined
  return {
    code: 'too many',
    detail: `more than ${WRITES_AT_ONCE} a minute: try again in ${retryAfterS} s`,
    retryAfterS,
  }
}

/** express gives no body where the content type is another. */
function badBody(
  request: Request,
  error: unknown,
): { readonly status: number; readonly title: string; readonly detail: string } | undefined {
  if (error === undefined && request.is('application/json') !== false) return undefined
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 415
  if (status === 413)
    return { status, title: 'Content Too Large', detail: `the body is longer than ${MAX_BODY_BYTES} bytes` }
  if (status === 415)
    return { status, title: 'Unsupported Media Type', detail: 'wanted content-type: application/json, not compressed' }
  return { status: 400, title: 'Bad Request', detail: 'the body is no JSON' }
}

function send(response: Response, reply: () => WriteReply, { access, onRefused }: WriteOptions): void {
  try {
    const said = reply()
    switch (said.kind) {
      case 'kept':
        response.status(said.isNew ? 201 : 200).json(said.body)
        return
      case 'forbidden':
        onRefused()
        sendRefusal(response, { code: 'forbidden', detail: said.detail }, access)
        return
      case 'bad':
        onRefused()
        response
          .status(400)
          .type(problemType)
          .send(JSON.stringify(badParameter(said.bad, requestId(response))))
    }
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    response.set('retry-after', '5')
    sendProblem(response, 503, 'Service Unavailable', `it cannot be kept now: ${error.code}`)
  }
}
