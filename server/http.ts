import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Part } from '@weir/contract/parts.ts'
import type { ListenAddress } from '@weir/contract/settings.ts'
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express'
import helmet from 'helmet'
import { type DashboardRoute, type Guard, mountRoutes } from './access/guarded-routes.ts'
import { isRefusal, permit } from './access/rules.ts'
import { visitOf } from './access/visit.ts'
import { REQUEST_ID, sendProblem } from './api/problem-routes.ts'
import type { Log } from './log.ts'

/** An answer under way at the end gets this long; a long poll is cut and asked again. */
const GRACE_MS = 2_000

export interface Readiness {
  readonly ready: boolean
  /** What is missing or lags, in words. Who lags may still be ready: a server that is taken out of service loses more. */
  readonly reasons: readonly string[]
}

/** The dashboard's side, from a table: everything that is not found or fails is a problem with the request's id. */
export function dashboardApp(routes: readonly DashboardRoute[], guard: Guard, log: Log): Express {
  const app = newApp()
  app.use(securityHeaders)
  mountRoutes(app, routes, guard)
  return closed(app, log)
}

/** Health of the dashboard's process: why it is not ready is for those who may ask it anything. */
export function healthRoutes(readiness: () => Readiness, { access }: Pick<Guard, 'access'>): DashboardRoute[] {
  return [
    { method: 'get', path: '/healthz', rule: 'public', handle: (_, response) => response.json({ alive: true }) },
    {
      method: 'get',
      path: '/readyz',
      rule: 'public',
      handle: (request, response) => {
        const { ready, reasons } = readiness()
        const isKnown = !isRefusal(permit('viewer', access.whoIs(visitOf(request))))
        response.status(ready ? 200 : 503).json(isKnown ? { ready, reasons } : { ready })
      },
    },
  ]
}

/** The agents' side: ingest and directory, nothing of the dashboard. */
export function agentsApp(routers: readonly Router[], log: Log): Express {
  const app = newApp()
  app.get('/healthz', (_, response) => void response.json({ alive: true }))
  for (const router of routers) app.use(router)
  return closed(app, log)
}

export function metricsApp(scrape: () => Promise<string>, contentType: string, log: Log): Express {
  const app = newApp()
  app.get('/metrics', async (_, response) => void response.set('content-type', contentType).send(await scrape()))
  return closed(app, log)
}

function newApp(): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', false)
  app.set('etag', false) // answers are not stored; files of the page have their own
  app.use((_, response, next) => {
    response.set(REQUEST_ID, randomUUID())
    next()
  })
  return app
}

/** Nothing from elsewhere and nothing inline. Plain HTTP must stay reachable, so nothing is upgraded to HTTPS. */
const securityHeaders: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
    },
  },
  // Forms say which page they are on, but no other site learns what is in its address.
  referrerPolicy: { policy: 'same-origin' },
  strictTransportSecurity: false,
})

function closed(app: Express, log: Log): Express {
  app.use((request, response) => sendProblem(response, 404, 'Not Found', `nothing is at ${request.path}`))
  const onError: ErrorRequestHandler = (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error)
    const status = clientError(error)
    if (status !== undefined) return sendProblem(response, status, 'Bad Request', String(error))
    log('error', 'http', 'request failed', {
      path: request.path,
      requestId: response.getHeader(REQUEST_ID),
      error: why(error),
    })
    sendProblem(response, 500, 'Internal Server Error', 'a fault of the server: its log has more under the request id')
  }
  app.use(onError)
  return app
}

/** express marks what the client did wrong (a bad percent sign in a path …) with a status. */
function clientError(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500 ? error.status : undefined
}

const why = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

export interface Listener<S extends Server | TlsServer = Server> extends Part {
  readonly server: S
  /** The port that is listened on: that of the setting, or the one the system chose for 0. */
  port(): number
}

const TIMEOUTS = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 }

/** A listener as a part: takes requests from start to stop; at stop what is under way may end. */
export const createListener = (name: string, address: ListenAddress, app: RequestListener, log: Log): Listener =>
  listenerOn(createServer(TIMEOUTS, app), name, address, log)

/** The same over TLS. */
export const createTlsListener = (
  name: string,
  address: ListenAddress,
  app: RequestListener,
  tls: ServerOptions,
  log: Log,
): Listener<TlsServer> => listenerOn(createTlsServer({ ...TIMEOUTS, ...tls }, app), name, address, log)

function listenerOn<S extends Server | TlsServer>(
  server: S,
  name: string,
  address: ListenAddress,
  log: Log,
): Listener<S> {
  const port = () => (server.address() as AddressInfo | null)?.port ?? 0 // TCP: never a pipe's name
  return {
    name,
    server,
    port,
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        // Thousands of agents may connect at once: a full backlog would make each wait for seconds.
        server.listen({ host: address.host, port: address.port, backlog: 4_096 }, () => {
          server.removeListener('error', reject)
          log('info', name, 'listening', { host: address.host, port: port() })
          resolve()
        })
      }),
    stop: () =>
      new Promise(resolve => {
        if (!server.listening) return resolve()
        const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
