import type { ReviewToken, TokenReview } from '../../trust/token-review.ts'
import type { Connection } from './connection.ts'
import { fields, flag, text, texts } from './trim/raw.ts'

const PATH = '/apis/authentication.k8s.io/v1/tokenreviews'
/** An agent waits for this; its own request ends after 30 s. */
const REVIEW_WITHIN_MS = 8_000
/** A TokenReview is some kilobytes. */
const LONGEST_REVIEW = 1_048_576

/**
 * Has the API server check tokens by a TokenReview (authentication.k8s.io/v1), over the connections of the watch: the
 * client's generated API opens one anew, with its TLS handshake, for every review. Rejects where no review came back,
 * never with the token in its words.
 */
export function reviewTokens(connection: Connection): ReviewToken {
  return async (token, audience) => {
    const signal = AbortSignal.timeout(REVIEW_WITHIN_MS)
    const review = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token, audiences: [audience] },
    }
    const body = JSON.stringify(review)
    const answer = await connection.ask({ method: 'POST', path: PATH, accept: 'application/json', body, signal })
    const said = await whole(answer.body)
    if (answer.status === 401) connection.renew()
    if (answer.status !== 201 && answer.status !== 200) throw new Error(`TokenReview was answered ${answer.status}`)
    return reviewOf(said)
  }
}

async function whole(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > LONGEST_REVIEW) throw new Error(`TokenReview of more than ${LONGEST_REVIEW} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** @throws Error when it is none: a proxy's page must not be taken for a refusal. */
function reviewOf(said: string): TokenReview {
  let status: unknown
  try {
    status = fields(JSON.parse(said)).status
  } catch {
    throw new Error('TokenReview was answered with no JSON') // the parser's own words would show a part of it
  }
  const { authenticated, user, audiences, error } = fields(status)
  // Left out by the API server when it is false (omitempty), so that status itself must be there.
  if (typeof status !== 'object' || status === null) throw new Error('TokenReview without status')
  const { username, groups, extra } = fields(user)
  const why = text(error)
  return {
    authenticated: flag(authenticated) ?? false,
    username: text(username) ?? '',
    groups: texts(groups),
    audiences: texts(audiences),
    extra: Object.fromEntries(Object.entries(fields(extra)).map(([name, values]) => [name, texts(values)])),
    ...(why !== undefined && { error: why }),
  }
}
