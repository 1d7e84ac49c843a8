import { type Response, Router } from 'express'
import { StorageError } from '../store/flow-store.ts'
import { openapi } from './openapi.ts'
import { badParameter, problem, problemType } from './problem.ts'
import type { Reply, Route } from './route-table.ts'

export const REQUEST_ID = 'x-request-id'

/** Sends a problem as the answer, under the request's id. */
export function sendProblem(response: Response, status: number, title: string, detail: string): void {
  response
    .status(status)
    .type(problemType)
    .send(JSON.stringify(problem(status, title, detail, requestId(response))))
}

const requestId = (response: Response): string => String(response.getHeader(REQUEST_ID) ?? '')

/** The dashboard's API: GET only. */
export function apiRoutes(routes: readonly Route[], version: string, onBadRequest: () => void): Router {
  const router = Router()
  router.use((_, response, next) => {
    response.set('cache-control', 'no-store')
    next()
  })
  const document = openapi(routes, version)
  router.get('/api/v1/openapi.json', (_, response) => void response.json(document))
  for (const route of routes)
    router.get(route.path, async (request, response) => {
      try {
        // Parsed here: express' own parser makes objects and lists of what is text to us.
        const { searchParams } = new URL(request.originalUrl, 'http://weir')
        send(response, await route.reply(searchParams), onBadRequest)
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
        response.set('retry-after', '5')
        sendProblem(response, 503, 'Service Unavailable', `the store cannot answer now: ${error.code}`)
      }
    })
  for (const path of ['/api/v1/openapi.json', ...routes.map(route => route.path)])
    router.all(path, (request, response) => {
      response.set('allow', 'GET, HEAD')
      sendProblem(response, 405, 'Method Not Allowed', `${request.method} is not allowed here: GET, HEAD`)
    })
  router.use('/api', (request, response) => {
    sendProblem(response, 404, 'Not Found', `no route ${request.baseUrl}${request.path}: see /api/v1/openapi.json`)
  })
  return router
}

function send(response: Response, reply: Reply, onBadRequest: () => void): void {
  switch (reply.kind) {
    case 'json':
      response.json(reply.body)
      return
    case 'csv':
      response.set('content-disposition', `attachment; filename="${reply.name}"`)
      response.type('text/csv; charset=utf-8').send(reply.text)
      return
    case 'bad':
      onBadRequest()
      response
        .status(400)
        .type(problemType)
        .send(JSON.stringify(badParameter(reply.bad, requestId(response))))
  }
}
