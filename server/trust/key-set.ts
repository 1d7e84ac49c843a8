import { readFile } from 'node:fs/promises'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters } from 'jose'

/** How long keys are used without looking for new ones. */
const REFRESH_MS = 300_000
/** How long keys are used while their source cannot be read; then nobody is let in. */
const TOO_OLD_MS = 24 * 3_600_000
/** Between two looks for a key that is not there: a flood of made-up key ids must not become one at the issuer. */
const COOL_DOWN_MS = 30_000
/** Between two looks while there are no keys that could be used. */
const RETRY_MS = 5_000
const TIMEOUT_MS = 5_000
const MAX_BYTES = 1024 * 1024

type Key = Awaited<ReturnType<ReturnType<typeof createLocalJWKSet>>>

/** Nobody can say whether the key is the issuer's: its keys could not be read. */
export class KeysUnavailable extends Error {}

export interface KeySetOptions {
  /** https URL, or a file. */
  readonly source: string
  /** Epoch ms. */
  readonly now: () => number
  readonly log: (line: string) => void
}

/** An issuer's public keys (RFC 7517), read when they are needed, kept, and read again. */
export class KeySet {
  readonly #options: KeySetOptions
  #keys: ReturnType<typeof createLocalJWKSet> | undefined
  #readAt = Number.NEGATIVE_INFINITY
  #triedAt = Number.NEGATIVE_INFINITY
  #failed = false
  #reading: Promise<void> | undefined

  constructor(options: KeySetOptions) {
    this.#options = options
  }

  /**
   * The key that a token's header names.
   * @throws KeysUnavailable when the keys cannot be read, or not the newest ones where the key is not among those at hand
   * @throws errors.JWKSNoMatchingKey when the issuer has no such key
   */
  async find(header: JWSHeaderParameters): Promise<Key> {
    const { now } = this.#options
    const isTooOld = () => now() - this.#readAt > TOO_OLD_MS
    const tried = now() - this.#triedAt
    if (isTooOld()) await (tried > RETRY_MS ? this.#read() : this.#reading)
    // Nobody waits for keys that are good still.
    else if (now() - this.#readAt > REFRESH_MS && tried > COOL_DOWN_MS) void this.#read()
    if (this.#keys === undefined || isTooOld()) throw new KeysUnavailable()
    try {
      return await this.#keys(header)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      // A key that is new: the issuer has rotated since the last look.
      if (now() - this.#triedAt > COOL_DOWN_MS) await this.#read()
      if (this.#failed) throw new KeysUnavailable()
      return await this.#keys(header)
    }
  }

  /** Reads the keys; those at hand stay where that fails. Never rejects. */
  #read(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readOnce(): Promise<void> {
    const { source, now, log } = this.#options
    this.#triedAt = now()
    try {
      const text =
        source.startsWith('https://') || source.startsWith('http://')
          ? await fetched(source)
          : await readFile(source, 'utf8')
      this.#keys = createLocalJWKSet(keysIn(text))
      this.#readAt = now()
      this.#failed = false
    } catch (error) {
      this.#failed = true
      log(`the keys at ${source} cannot be read: ${error instanceof Error ? error.message : error}`)
    }
  }
}

async function fetched(url: string): Promise<string> {
  // A redirect could lead to keys that nobody configured.
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!response.ok) throw new Error(`status ${response.status}`)
  const text = await response.text()
  if (text.length > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`)
  return text
}

/** @throws Error when it is no key set, or one without a public key: an issuer never publishes a shared secret. */
function keysIn(text: string): JSONWebKeySet {
  const set: unknown = JSON.parse(text)
  const keys: unknown = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined
  if (!Array.isArray(keys)) throw new Error('expected {"keys": [...]}')
  const usable = keys.filter(key => typeof key === 'object' && key !== null && PUBLIC.includes(key.kty))
  if (usable.length === 0) throw new Error('expected at least one RSA, EC or OKP key')
  return { keys: usable }
}

const PUBLIC: readonly unknown[] = ['RSA', 'EC', 'OKP']
