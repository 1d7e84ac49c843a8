import type { Clock } from './clock.ts'
import type { Answer, Connection } from './connection.ts'
import { type Frame, readFrame, readPage } from './frames.ts'
import { LineSplitter } from './lines.ts'
import type { ClusterRecords, Resource } from './objects.ts'
import { type Failure, type Outcome, PAGE_SIZE, type Step } from './plan.ts'
import { acceptOf, type ResourceRow } from './resources.ts'
import { fields, type Raw, text } from './trim/raw.ts'
import type { Trimming } from './trim/trimming.ts'

/** What one request brings, as it comes. */
export interface Arrivals<T> {
  /** One page of a list; `isFirst` also when a list is begun anew: what the one before brought is void. */
  page(records: readonly T[], isFirst: boolean, isLast: boolean): void
  opened(): void
  put(record: T): void
  gone(uid: string): void
  /** Called for every page and every frame, bookmarks too. */
  heard(): void
  badObject(detail: string): void
}

export interface ExchangeOptions<R extends Resource> {
  readonly row: ResourceRow<R>
  readonly trimming: Trimming
  readonly connection: Connection
  readonly clock: Clock
  readonly arrivals: Arrivals<ClusterRecords[R]>
}

/**
 * What says nothing for this long is cut, and resumed where it stood: twice the time between the API server's bookmarks
 * (defaultBookmarkFrequency, one a minute, in apiserver/pkg/storage/cacher). Its lists end after a minute at most.
 */
export const SILENCE_MS = 120_000
/** A failed request's Status is read up to here. */
const LONGEST_STATUS = 65_536

/** A failure that is known for what it is; all others are told by where they came. */
class Failed extends Error {
  readonly failure: Failure
  readonly retryAfterMs: number | undefined

  constructor(failure: Failure, detail: string, retryAfterMs?: number) {
    super(detail)
    this.failure = failure
    this.retryAfterMs = retryAfterMs
  }
}

/** One request to the API server for one resource. */
export class Exchange<R extends Resource> {
  readonly #options: ExchangeOptions<R>
  readonly #step: Step
  readonly #abort = new AbortController()
  #cancelSilence = (): void => {}
  #isSilent = false
  #isAnswered = false
  #openedAt: number | undefined
  #resourceVersion: string | undefined

  constructor(options: ExchangeOptions<R>, step: Step) {
    this.#options = options
    this.#step = step
  }

  /** Never rejects: whatever goes wrong is an outcome. */
  async run(signal: AbortSignal): Promise<Outcome> {
    const stop = (): void => this.#abort.abort()
    signal.addEventListener('abort', stop)
    this.#listen()
    try {
      // A program that gives credentials may hang, which no signal reaches.
      const answer = await Promise.race([this.#ask(), abortOf(this.#abort.signal)])
      this.#isAnswered = true
      if (answer.status !== 200) throw await refusal(answer)
      return this.#step.kind === 'list' ? await this.#page(this.#step.continue, answer) : await this.#watch(answer)
    } catch (error) {
      this.#abort.abort()
      return this.#failed(error)
    } finally {
      this.#cancelSilence()
      signal.removeEventListener('abort', stop)
    }
  }

  #ask(): Promise<Answer> {
    const { row, connection } = this.#options
    const step = this.#step
    const query =
      step.kind === 'list'
        ? new URLSearchParams({
            limit: String(PAGE_SIZE),
            ...(step.continue !== undefined && { continue: step.continue }),
          })
        : new URLSearchParams({
            watch: 'true',
            allowWatchBookmarks: 'true',
            resourceVersion: step.resourceVersion,
            timeoutSeconds: String(step.timeoutSeconds),
          })
    const path = `${row.path}?${query}`
    return connection.ask({ method: 'GET', path, accept: acceptOf(row, step.kind), signal: this.#abort.signal })
  }

  async #page(asked: string | undefined, answer: Answer): Promise<Outcome> {
    const chunks: Uint8Array[] = []
    for await (const chunk of answer.body) {
      chunks.push(chunk)
      this.#listen()
    }
    const { arrivals } = this.#options
    const page = sensible(() => readPage(Buffer.concat(chunks).toString('utf8'), this.#trim))
    arrivals.heard()
    for (const detail of page.bad) arrivals.badObject(detail)
    arrivals.page(page.records, asked === undefined, page.continue === undefined)
    return { kind: 'page', continue: page.continue, resourceVersion: page.resourceVersion }
  }

  async #watch(answer: Answer): Promise<Outcome> {
    const { clock, arrivals } = this.#options
    this.#openedAt = clock.now()
    this.#listen()
    arrivals.opened()
    const splitter = new LineSplitter()
    for await (const chunk of answer.body) {
      const lines = sensible(() => splitter.push(chunk))
      if (lines.length > 0) this.#listen()
      for (const line of lines) this.#take(sensible(() => readFrame(line, this.#trim)))
    }
    if (splitter.isInside) throw new Failed('cut', 'the watch ended within a line')
    return { kind: 'watch ended', resourceVersion: this.#reached(), openMs: this.#openMs() }
  }

  readonly #trim = (raw: Raw): ClusterRecords[R] => this.#options.row.trim(raw, this.#options.trimming)

  #take(frame: Frame<ClusterRecords[R]>): void {
    const { arrivals } = this.#options
    arrivals.heard()
    if (frame.kind === 'error')
      throw new Failed(failureOf(frame.code), `${frame.code}: ${frame.message}`, frame.retryAfterMs)
    if (frame.kind === 'put') arrivals.put(frame.record)
    if (frame.kind === 'gone') arrivals.gone(frame.uid)
    if (frame.kind === 'bad object') arrivals.badObject(frame.detail)
    this.#resourceVersion = frame.resourceVersion ?? this.#resourceVersion
  }

  /** Begins the wait for the next sign of life anew. */
  #listen(): void {
    this.#cancelSilence()
    this.#cancelSilence = this.#options.clock.after(SILENCE_MS, () => {
      this.#isSilent = true
      this.#abort.abort()
    })
  }

  #failed(error: unknown): Outcome {
    const known = error instanceof Failed ? error : undefined
    const failure = known?.failure ?? (this.#isSilent ? 'silent' : this.#isAnswered ? 'cut' : 'unreachable')
    const detail = this.#isSilent ? `nothing came for ${SILENCE_MS / 1_000} s` : wordsOf(error)
    const retryAfterMs = known?.retryAfterMs
    return {
      kind: 'failed',
      failure,
      detail,
      retryAfterMs,
      openMs: this.#openMs(),
      resourceVersion: this.#resourceVersion,
    }
  }

  #openMs(): number {
    return this.#openedAt === undefined ? 0 : this.#options.clock.now() - this.#openedAt
  }

  #reached(): string {
    return this.#resourceVersion ?? (this.#step.kind === 'watch' ? this.#step.resourceVersion : '')
  }
}

const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** What an HTTP status, or the code of an ERROR frame, means for the watch. */
export function failureOf(status: number): Failure {
  if (status === 410) return 'expired'
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'absent'
  if (status === 429) return 'throttled'
  if (status >= 500) return 'server error'
  return status >= 400 ? 'refused' : 'garbled'
}

async function refusal({ status, retryAfterMs, body }: Answer): Promise<Failed> {
  let said = ''
  for await (const chunk of body) {
    said += Buffer.from(chunk).toString('utf8')
    if (said.length > LONGEST_STATUS) break
  }
  let message: string | undefined
  try {
    message = text(fields(JSON.parse(said)).message)
  } catch {
    // Not from the API server but from something before it: its status tells enough.
  }
  return new Failed(failureOf(status), `${status}${message === undefined ? '' : `: ${message}`}`, retryAfterMs)
}

/** What the other side said does not make sense. The text itself is not shown: it may be anybody's object. */
function sensible<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Failed('garbled', error instanceof SyntaxError ? 'no JSON' : wordsOf(error))
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return error.message === '' ? (code ?? error.name) : error.message
}
