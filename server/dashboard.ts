import type { Server } from 'node:http'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Access } from './access/access.ts'
import type { DashboardRoute } from './access/guarded-routes.ts'
import { loginRoutes } from './access/login-routes.ts'
import type { Route } from './api/route.ts'
import { apiRoutes } from './api/routes.ts'
import type { WriteRoute } from './api/write-route.ts'
import { writeRoutes } from './api/write-routes.ts'
import { healthRoutes, type Readiness } from './http.ts'
import type { Log } from './log.ts'
import { pageRoutes } from './page-routes.ts'

export interface DashboardParts {
  readonly access: Access
  /** Routes of the API that answer questions. */
  readonly routes: readonly Route[]
  /** Routes of the API that keep something. */
  readonly writes: readonly WriteRoute[]
  readonly version: string
  readonly webDir: string
  readonly readiness: () => Readiness
  readonly now: () => EpochMs
  readonly log: Log
  readonly onBadQuery: () => void
}

/** Everything that is served on the dashboard's port, each with its rule; the live views are the gateway's. */
export function dashboardRoutes(parts: DashboardParts): DashboardRoute[] {
  return [
    ...healthRoutes(parts.readiness, parts),
    ...apiRoutes(parts.routes, parts.writes, parts.version, parts.onBadQuery),
    ...writeRoutes(parts.writes, { access: parts.access, now: parts.now, onRefused: parts.onBadQuery }),
    ...loginRoutes(parts),
    ...pageRoutes(parts.webDir),
  ]
}

/** Browsers hold one connection for the live views and a few more; beyond this a new one is closed at once. */
const MAX_CONNECTIONS = 2_000

export function limitConnections(server: Server, onDropped: () => void): void {
  server.maxConnections = MAX_CONNECTIONS
  server.on('drop', onDropped)
}
