import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pagePaths } from '@weir/contract/page-paths.ts'
import express, { type RequestHandler } from 'express'
import type { DashboardRoute } from './access/guarded-routes.ts'

/** Files under /assets carry their content's hash in the name. */
const KEPT_FOR_EVER = 'public, max-age=31536000, immutable'

const pack = promisify(gzip)

/**
 * The built page: public, because it is the same for everybody and knows nothing of the cluster. It asks the API, and
 * goes to the login page when it must. (A redirect from here could not tell who is signed in: browsers do not send strict
 * cookies when a link on another site is followed.)
 */
export function pageRoutes(webDir: string): DashboardRoute[] {
  const shown = (path: string, handle: RequestHandler): DashboardRoute => ({
    method: 'get',
    path,
    rule: 'public',
    handle: (request, response, next) => handle(request, response, next),
  })
  const paths = Object.values(pagePaths)
  if (!existsSync(join(webDir, 'index.html'))) return paths.map(path => shown(path, unbuilt))
  const files = express.static(webDir, {
    setHeaders: (response, path) =>
      response.setHeader('cache-control', path.includes('/assets/') ? KEPT_FOR_EVER : 'no-cache'),
  })
  // Pages are not served by their file's name: login.html is a template.
  const others = readdirSync(webDir, { withFileTypes: true }).filter(
    entry => entry.isFile() && extname(entry.name) !== '.html',
  )
  return [
    ...paths.map(path => shown(path, wholePage(webDir))),
    ...others.map(({ name }) => shown(`/${name}`, files)),
    shown('/assets/:name', packedAssets(webDir, files)),
  ]
}

const unbuilt: RequestHandler = (_, response) => {
  response.type('text/plain').send('The page is not built: run npm run build. The API is at /api/v1/openapi.json.\n')
}

/** One file for every address of a page: its script reads the address. */
const wholePage =
  (webDir: string): RequestHandler =>
  (_, response) =>
    response.sendFile('index.html', { root: webDir, cacheControl: false, headers: { 'cache-control': 'no-cache' } })

/**
 * The page's scripts and styles, packed once and kept: a third of the bytes on the way to the browser. Whatever is not
 * among them, or is gone after a new build, is left to `files`.
 */
function packedAssets(webDir: string, files: RequestHandler): RequestHandler {
  const folder = join(webDir, 'assets')
  const names = new Set(existsSync(folder) ? readdirSync(folder).filter(name => /\.(js|css)$/.test(name)) : [])
  const packed = new Map<string, Promise<Buffer>>()
  return async (request, response, next) => {
    const name = String(request.params.name)
    if (!names.has(name) || request.acceptsEncodings('gzip') === false) return files(request, response, next)
    const body = packed.get(name) ?? readFile(join(folder, name)).then(content => pack(content, { level: 9 }))
    packed.set(name, body)
    const ready = await body.catch(() => undefined)
    if (ready === undefined) return files(request, response, next)
    response.set({ 'content-encoding': 'gzip', vary: 'accept-encoding', 'cache-control': KEPT_FOR_EVER })
    response.type(extname(name)).send(ready)
  }
}
