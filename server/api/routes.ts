import type { Request, Response } from 'express'
import type { DashboardRoute } from '../access/guarded-routes.ts'
import { StorageError } from '../store/flow-store.ts'
import { openapi } from './openapi.ts'
import type { PathTexts } from './parameters.ts'
import { badParameter, problemType } from './problem.ts'
import { requestId, sendProblem } from './problem-routes.ts'
import type { Reply, Route } from './route.ts'
import type { WriteRoute } from './write-route.ts'

/** What the dashboard's API answers. `writes` are only described here: they are mounted by write-routes.ts. */
export function apiRoutes(
  routes: readonly Route[],
  writes: readonly WriteRoute[],
  version: string,
  onBadRequest: () => void,
): DashboardRoute[] {
  const document = openapi(routes, writes, version)
  return [
    {
      method: 'get',
      path: '/api/v1/openapi.json',
      rule: 'viewer',
      handle: (_, response) => response.json(document),
    },
    ...routes.map(
      ({ path, reply, rule }): DashboardRoute => ({
        method: 'get',
        path: expressPath(path),
        rule,
        handle: async (request, response, viewer) => {
          try {
            // Parsed here: express' own parser makes objects and lists of what is text to us.
            const { searchParams } = new URL(request.originalUrl, 'http://weir')
            send(response, await reply(searchParams, viewer, namesIn(request)), onBadRequest)
          } catch (error) {
            if (!(error instanceof StorageError)) throw error
            response.set('retry-after', '5')
            sendProblem(response, 503, 'Service Unavailable', `the store cannot answer now: ${error.code}`)
          }
        },
      }),
    ),
  ]
}

const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

/** A `:name` takes one part of the path, decoded; only wildcards, which no route has, give lists. */
const namesIn = ({ params }: Request): PathTexts =>
  Object.fromEntries(Object.entries(params).map(([name, given]) => [name, String(given)]))

function send(response: Response, reply: Reply, onBadRequest: () => void): void {
  switch (reply.kind) {
    case 'json':
      response.json(reply.body)
      return
    case 'csv':
      response.set('content-disposition', `attachment; filename="${reply.name}"`)
      response.type('text/csv; charset=utf-8').send(reply.text)
      return
    case 'missing':
      sendProblem(response, 404, 'Not Found', reply.detail)
      return
    case 'bad':
      onBadRequest()
      response
        .status(400)
        .type(problemType)
        .send(JSON.stringify(badParameter(reply.bad, requestId(response))))
  }
}
