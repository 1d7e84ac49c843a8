import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Router } from 'express'

/** Files under /assets carry their content's hash in the name. */
export const KEPT_FOR_EVER = 'public, max-age=31536000, immutable'

const pack = promisify(gzip)

/**
 * The page's scripts and styles, packed once and kept: a third of the bytes on the way to the browser. Whatever is not
 * among them, or is gone after a new build, is left to the next handler.
 */
export function packedAssets(webDir: string): Router {
  const folder = join(webDir, 'assets')
  const names = existsSync(folder) ? readdirSync(folder).filter(name => /\.(js|css)$/.test(name)) : []
  const packed = new Map<string, Promise<Buffer>>()
  const router = Router()
  for (const name of names)
    router.get(`/assets/${name}`, async (request, response, next) => {
      if (request.acceptsEncodings('gzip') === false) return next()
      const body = packed.get(name) ?? readFile(join(folder, name)).then(content => pack(content, { level: 9 }))
      packed.set(name, body)
      const ready = await body.catch(() => undefined)
      if (ready === undefined) return next()
      response.set({ 'content-encoding': 'gzip', vary: 'accept-encoding', 'cache-control': KEPT_FOR_EVER })
      response.type(extname(name)).send(ready)
    })
  return router
}
