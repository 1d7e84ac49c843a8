import type { Response } from 'express'
import type { Access } from '../access/access.ts'
import { LOGIN_PATH } from '../access/next-page.ts'
import type { Refusal } from '../access/rules.ts'
import { problem, problemType } from './problem.ts'

export const REQUEST_ID = 'x-request-id'

export const requestId = (response: Response): string => String(response.getHeader(REQUEST_ID) ?? '')

/** Sends a problem as the answer, under the request's id. */
export function sendProblem(
  response: Response,
  status: number,
  title: string,
  detail: string,
  more: { readonly signIn?: string } = {},
): void {
  response
    .status(status)
    .type(problemType)
    .send(JSON.stringify({ ...problem(status, title, detail, requestId(response)), ...more }))
}

/** Sends why somebody is not let in, and where they can be; the status, for the counts. */
export function sendRefusal(
  response: Response,
  { code, detail, retryAfterS }: Refusal,
  access: Pick<Access, 'auth' | 'token' | 'oidc'>,
): 401 | 403 | 429 {
  switch (code) {
    case 'unauthenticated': {
      if (access.auth === 'token') response.set('www-authenticate', 'Bearer realm="weir"')
      const signIn = access.token ?? access.oidc
      sendProblem(response, 401, 'Unauthorized', detail, signIn === undefined ? {} : { signIn: LOGIN_PATH })
      return 401
    }
    case 'forbidden':
      sendProblem(response, 403, 'Forbidden', detail)
      return 403
    case 'too many':
      response.set('retry-after', String(retryAfterS ?? 1))
      sendProblem(response, 429, 'Too Many Requests', detail)
      return 429
  }
}
