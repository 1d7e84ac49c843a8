import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochMs } from '@weir/contract/units.ts'
import { type Request, type Response, urlencoded } from 'express'
import { sendRefusal } from '../api/problem-routes.ts'
import type { Log } from '../log.ts'
import type { Access } from './access.ts'
import type { DashboardRoute } from './guarded-routes.ts'
import { type LoginPage, loginPage, unbuiltLoginPage } from './login-page.ts'
import { LOGIN_PATH, nextPage } from './next-page.ts'
import { CALLBACK_PATH, FLOW_MS, type OidcAccess, reasonOf } from './oidc.ts'
import { isRefusal } from './rules.ts'
import type { TokenAccess } from './token.ts'
import { cookieOf, isHttps, isSameOrigin, visitOf } from './visit.ts'

/** A token and an address of the page; nothing else of this port takes a body. */
const MAX_FORM_BYTES = 8 * 1024
const FLOW_COOKIE = 'weir-sign-in'

export interface LoginOptions {
  readonly access: Access
  readonly webDir: string
  readonly now: () => EpochMs
  readonly log: Log
}

/** Signing in and signing out: with a token or at a provider, as the settings say. */
export function loginRoutes(options: LoginOptions): DashboardRoute[] {
  const { access, now } = options
  const { oidc, token } = access
  return [
    {
      method: 'post',
      path: '/logout',
      rule: 'public', // who has no session loses nothing
      handle: (request, response) => {
        if (!fromOurPage(request, response, access)) return
        const visit = visitOf(request)
        response.set('set-cookie', access.sessions.end(visit, isHttps(visit, access.dashboardUrl), now()))
        response.redirect(303, token === undefined && oidc === undefined ? '/' : LOGIN_PATH)
      },
    },
    ...(token === undefined ? [] : tokenRoutes(token, pageOf('token', options.webDir), options)),
    ...(oidc === undefined ? [] : oidcRoutes(oidc, pageOf('oidc', options.webDir), options)),
  ]
}

type ShowPage = (response: Response, status: number, filling: Omit<LoginPage, 'way'>) => void

function pageOf(way: LoginPage['way'], webDir: string): ShowPage {
  const file = join(webDir, 'login.html')
  const template = existsSync(file) ? readFileSync(file, 'utf8') : unbuiltLoginPage
  return (response, status, filling) => {
    response.set('cache-control', 'no-store')
    response
      .status(status)
      .type('html')
      .send(loginPage(template, { way, ...filling }))
  }
}

const showing = (show: ShowPage): DashboardRoute => ({
  method: 'get',
  path: LOGIN_PATH,
  rule: 'public',
  handle: (request, response) => {
    const query = queryOf(request)
    // Never words out of the address: anybody could put theirs on our page.
    const says = query.has('ended') ? 'Your session has ended: sign in again.' : ''
    show(response, 200, { next: nextPage(query.get('next')), says })
  },
})

function tokenRoutes(token: TokenAccess, show: ShowPage, { access, now }: LoginOptions): DashboardRoute[] {
  const readForm = urlencoded({ limit: MAX_FORM_BYTES, extended: false, parameterLimit: 10 })
  return [
    showing(show),
    {
      method: 'post',
      path: LOGIN_PATH,
      rule: 'public',
      handle: (request, response, next) =>
        readForm(request, response, error => {
          if (error !== undefined) return next(error)
          if (!fromOurPage(request, response, access)) return
          const form: { readonly [field: string]: unknown } = { ...request.body }
          const offered = typeof form.token === 'string' ? form.token.trim() : ''
          const visit = visitOf(request)
          const who = token.check(offered, visit, now())
          const wanted = nextPage(form.next)
          if (isRefusal(who)) {
            if (who.retryAfterS !== undefined) response.set('retry-after', String(who.retryAfterS))
            const says = offered === '' ? 'Paste a token.' : `${sentence(who.detail)}.`
            return show(response, who.code === 'too many' ? 429 : 401, { next: wanted, says })
          }
          response.set('set-cookie', token.begin(offered, isHttps(visit, access.dashboardUrl), now()) ?? '')
          response.redirect(303, wanted)
        }),
    },
  ]
}

function oidcRoutes(oidc: OidcAccess, show: ShowPage, { access, now, log }: LoginOptions): DashboardRoute[] {
  const failed = (response: Response, next: string, error: unknown) => {
    log('warning', 'access', 'signing in failed', { error: reasonOf(error) })
    show(response, 401, { next, says: 'Signing in did not work. Try again; the server’s log has the reason.' })
  }
  return [
    showing(show),
    {
      method: 'get',
      path: `${LOGIN_PATH}/oidc`,
      rule: 'public',
      handle: async (request, response) => {
        const next = nextPage(queryOf(request).get('next'))
        try {
          const { url, flow } = await oidc.begin(next, now())
          response.set('set-cookie', flowCookie(flow, isHttps(visitOf(request), access.dashboardUrl)))
          response.redirect(303, url)
        } catch (error) {
          failed(response, next, error)
        }
      },
    },
    {
      method: 'get',
      path: CALLBACK_PATH,
      rule: 'public',
      handle: async (request, response) => {
        const visit = visitOf(request)
        const https = isHttps(visit, access.dashboardUrl)
        const forget = flowCookie('', https)
        try {
          const query = new URL(request.originalUrl, 'http://weir').search
          const { cookie, next } = await oidc.finish(query, cookieOf(visit, FLOW_COOKIE), https, now())
          response.set('set-cookie', [cookie, forget])
          response.redirect(303, nextPage(next))
        } catch (error) {
          response.set('set-cookie', forget)
          failed(response, '/', error)
        }
      },
    },
  ]
}

/** Lax: the browser comes back from the provider's site, where a strict cookie would stay behind. */
function flowCookie(flow: string, https: boolean): string {
  const age = flow === '' ? 0 : FLOW_MS / 1000
  const where = `Path=${CALLBACK_PATH}; Max-Age=${age}; HttpOnly; SameSite=Lax`
  return `${FLOW_COOKIE}=${flow}; ${where}${https ? '; Secure' : ''}`
}

/** Another site must neither sign people in nor out. */
function fromOurPage(request: Request, response: Response, access: Access): boolean {
  if (isSameOrigin(visitOf(request), access.dashboardUrl)) return true
  sendRefusal(response, { code: 'forbidden', detail: 'this came from the page of another site' }, access)
  return false
}

const queryOf = (request: Request): URLSearchParams => new URL(request.originalUrl, 'http://weir').searchParams
const sentence = (detail: string): string => detail.charAt(0).toUpperCase() + detail.slice(1)
