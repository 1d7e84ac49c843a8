import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { build } from 'vite'
import { loginPage } from '../../server/access/login-page.ts'
import { routeOf } from '../../web/route.ts'

const webRoot = new URL('../../web', import.meta.url).pathname
const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** Builds the page into a folder of its own: tests never read or change a web/dist that somebody serves. */
export async function buildPage(): Promise<{ readonly directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-page-'))
  await build({ root: webRoot, logLevel: 'error', build: { outDir: directory, emptyOutDir: true, manifest: true } })
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) }
}

/** Serves a built page under the policy the server uses; there is no API behind it, so only ?demo shows data. */
export async function servePage(directory: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page')
    const path = normalize(pathname)
    const file = join(directory, routeOf(path) === undefined ? path : 'index.html')
    try {
      const content = await readFile(file)
      const filling = {
        way: searchParams.has('oidc') ? 'oidc' : 'token',
        next: '/',
        says: searchParams.get('says') ?? '',
      } as const
      const body = path === '/login.html' ? loginPage(content.toString(), filling) : content
      response.writeHead(200, {
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'content-security-policy':
          "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'",
      })
      response.end(body)
    } catch {
      response.writeHead(404).end('not found')
    }
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the page’s server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => {
      server.closeAllConnections()
      return new Promise<void>(done => server.close(() => done()))
    },
  }
}
