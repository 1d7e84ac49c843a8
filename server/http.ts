import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Part } from '@weir/contract/parts.ts'
import type { ListenAddress } from '@weir/contract/settings.ts'
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express'
import helmet from 'helmet'
import { REQUEST_ID, sendProblem } from './api/routes.ts'
import { KEPT_FOR_EVER, packedAssets } from './assets-routes.ts'
import type { Log } from './log.ts'

/** An answer under way at the end gets this long; a long poll is cut and asked again. */
const GRACE_MS = 2_000

export interface Readiness {
  readonly ready: boolean
  /** What is missing, in words; empty when ready. */
  readonly reasons: readonly string[]
}

export interface Dashboard {
  readonly api: Router
  readonly webDir: string
  readonly readiness: () => Readiness
}

/** The dashboard's side: health, API, page. Everything that is not found or fails is a problem with the request's id. */
export function dashboardApp({ api, webDir, readiness }: Dashboard, log: Log): Express {
  const app = newApp()
  app.use(securityHeaders)
  app.get('/healthz', (_, response) => void response.json({ alive: true }))
  app.get('/readyz', (_, response) => {
    const state = readiness()
    response.status(state.ready ? 200 : 503).json(state)
  })
  app.use(api)
  app.use(packedAssets(webDir))
  app.use(page(webDir))
  return closed(app, log)
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
  strictTransportSecurity: false,
})

/** The built page; every file but index.html has its content's hash in its name and may be kept for ever. */
function page(webDir: string): RequestHandler {
  if (!existsSync(join(webDir, 'index.html')))
    return (request, response, next) => {
      if (request.path !== '/') return next()
      response
        .type('text/plain')
        .send('The page is not built: run npm run build. The API is at /api/v1/openapi.json.\n')
    }
  return express.static(webDir, {
    setHeaders: (response, path) =>
      response.setHeader('cache-control', path.includes('/assets/') ? KEPT_FOR_EVER : 'no-cache'),
  })
}

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
        server.listen({ host: address.host, port: address.port }, () => {
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
