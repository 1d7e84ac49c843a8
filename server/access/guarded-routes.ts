import type { EpochMs } from '@weir/contract/units.ts'
import type { NextFunction, Request, Response, Router } from 'express'
import { sendProblem, sendRefusal } from '../api/problem-routes.ts'
import type { Access } from './access.ts'
import { Budget } from './budget.ts'
import { type GuardedRule, isRefusal, permit, type Viewer } from './rules.ts'
import { visitOf } from './visit.ts'

/** One route of the dashboard. There is no other way to serve something on its port than a row with a rule. */
export type DashboardRoute =
  | {
      readonly method: Method
      readonly path: string
      readonly rule: 'public'
      readonly handle: (request: Request, response: Response, next: NextFunction) => unknown
    }
  | {
      readonly method: Method
      readonly path: string
      readonly rule: GuardedRule
      readonly handle: (request: Request, response: Response, viewer: Viewer) => unknown
    }
type Method = 'get' | 'post'

/** Queries of one viewer from one address: a page full of panels at once, and 20 a second from then on. */
const QUERIES_AT_ONCE = 200
const QUERIES_PER_SECOND = 20

export interface Guard {
  readonly access: Access
  readonly now: () => EpochMs
  /** Told of every request that was refused, by status. */
  readonly onRefused: (status: 401 | 403 | 429) => void
}

/** Mounts every route behind its rule; any other method on its path is a 405. */
export function mountRoutes(router: Router, routes: readonly DashboardRoute[], guard: Guard): void {
  const queries = new Budget(QUERIES_AT_ONCE, QUERIES_PER_SECOND)
  for (const route of routes)
    router[route.method](route.path, (request, response, next) => {
      if (route.rule === 'public') return route.handle(request, response, next)
      // What one viewer got must not be kept for another, neither by the browser nor on the way.
      response.set('cache-control', 'no-store')
      const viewer = admit(route.rule, request, response, guard, queries)
      return viewer === undefined ? undefined : route.handle(request, response, viewer)
    })
  for (const path of new Set(routes.map(route => route.path))) {
    const allowed = routes.filter(route => route.path === path).flatMap(({ method }) => allowedBy[method])
    router.route(path).all((request, response) => {
      response.set('allow', allowed.join(', '))
      sendProblem(response, 405, 'Method Not Allowed', `${request.method} is not allowed here: ${allowed.join(', ')}`)
    })
  }
}

const allowedBy: { readonly [method in Method]: readonly string[] } = { get: ['GET', 'HEAD'], post: ['POST'] }

/** The viewer, or undefined after the refusal has been sent. */
function admit(
  rule: GuardedRule,
  request: Request,
  response: Response,
  { access, now, onRefused }: Guard,
  queries: Budget,
): Viewer | undefined {
  const visit = visitOf(request)
  const who = permit(rule, access.whoIs(visit))
  if (isRefusal(who)) {
    onRefused(sendRefusal(response, who, access))
    return undefined
  }
  const wait = queries.take(`${who.name} ${access.proxies.clientOf(visit)}`, now())
  if (wait === 0) return who
  const detail = `more than ${QUERIES_PER_SECOND} questions a second: try again in ${wait} s`
  onRefused(sendRefusal(response, { code: 'too many', detail, retryAfterS: wait }, access))
  return undefined
}
