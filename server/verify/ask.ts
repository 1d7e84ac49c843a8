import type { Problem } from '@weir/contract/queries.ts'
import type { GateAnswer } from '@weir/contract/rollout-queries.ts'
import type { VerifySettings } from './config.ts'

/** What became of a question, once trying again could not help any more. */
export type Asked =
  | { readonly kind: 'answer'; readonly answer: GateAnswer }
  | { readonly kind: 'bad question'; readonly why: string }
  | { readonly kind: 'no answer'; readonly why: string }

export interface AskOptions {
  readonly settings: Pick<VerifySettings, 'serverUrl' | 'cluster' | 'service' | 'maxCrossShare' | 'since'>
  readonly token: string | undefined
  readonly fetch: typeof fetch
  readonly pause: (ms: number) => Promise<void>
}

const MOST_TRIES = 5
const FIRST_WAIT_MS = 1_000
const MOST_WAIT_MS = 30_000
const REQUEST_TIMEOUT_MS = 30_000
/** Others stay as they are however often one asks. */
const passing: readonly number[] = [429, 502, 503, 504]

/** Asks the gate; what may pass (no connection, 429, 503 …) is tried again, five times in all. */
export async function askServer(options: AskOptions): Promise<Asked> {
  let last = ''
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const tried = await once(options)
    if (tried.kind !== 'later') return tried
    last = tried.why
    const backoff = FIRST_WAIT_MS * 2 ** (attempt - 1)
    if (attempt < MOST_TRIES) await options.pause(Math.min(MOST_WAIT_MS, tried.waitMs ?? backoff))
  }
  return { kind: 'no answer', why: `${last} (tried ${MOST_TRIES} times)` }
}

type Tried = Asked | { readonly kind: 'later'; readonly why: string; readonly waitMs: number | undefined }

async function once({ settings, token, fetch }: AskOptions): Promise<Tried> {
  const url = gateUrl(settings)
  let response: Response
  let body: string
  try {
    response = await fetch(url, {
      headers: { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      redirect: 'manual',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    })
    body = await response.text()
  } catch (error) {
    return { kind: 'later', why: `${url.origin} cannot be reached: ${causeOf(error)}`, waitMs: undefined }
  }
  const { status, headers } = response
  if (status === 200) return readAnswer(body, url)
  const detail = detailOf(body)
  if (status === 400) return { kind: 'bad question', why: detail ?? 'the server does not understand the question' }
  const why = `${url.origin} answered ${status}${detail === undefined ? '' : `: ${detail}`}`
  if (!passing.includes(status)) return { kind: 'no answer', why: `${why}${adviceFor(status, token)}` }
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return { kind: 'later', why, waitMs: seconds >= 0 ? seconds * 1000 : undefined }
}

function gateUrl({ serverUrl, cluster, service, maxCrossShare, since }: AskOptions['settings']): URL {
  const url = new URL(serverUrl)
  // The dashboard may stand below a path.
  url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/gate`
  const { namespace, name } = service
  for (const [key, value] of Object.entries({ cluster, namespace, service: name, maxCrossShare, since }))
    if (value !== '') url.searchParams.set(key, value)
  return url
}

function readAnswer(body: string, url: URL): Asked {
  const answer = parsed(body) as GateAnswer | undefined // its verdict is looked at here, the rest is only shown
  if (answer !== undefined && ['yes', 'no', 'not enough data'].includes(answer.pass)) return { kind: 'answer', answer }
  return { kind: 'no answer', why: `${url.origin} answered something else than Weir’s API would: is the URL right?` }
}

function adviceFor(status: number, token: string | undefined): string {
  if (status === 401) return token === undefined ? '; --token-file names a file with a token' : '; is the token valid?'
  if (status >= 300 && status < 400)
    return '; it wants to lead elsewhere: is there a sign-in in front of the dashboard?'
  return ''
}

const detailOf = (body: string): string | undefined => (parsed(body) as Partial<Problem> | undefined)?.detail

function parsed(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** fetch hides what went wrong in the cause of its error. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}
