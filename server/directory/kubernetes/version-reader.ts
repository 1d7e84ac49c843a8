import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { fields, text } from './trim/raw.ts'

/** An upgrade takes minutes; its first answer may still come from a server of the version before. */
const ASKED_EVERY_MS = 600_000
const LONGEST_WAIT_MS = 30_000
/** The answer has some 400 bytes. */
const LONGEST_ANSWER = 65_536

/**
 * Reads `GET /version` now and then. It needs no right of its own: Kubernetes lets everyone read it
 * (ClusterRole system:public-info-viewer). Where it cannot be read, the last version stands.
 */
export class VersionReader {
  readonly #connection: Connection
  readonly #clock: Clock
  #version: string | undefined

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
  }

  /** gitVersion ("v1.34.2-eks-1a2b3c"); undefined until it was read. */
  get version(): string | undefined {
    return this.#version
  }

  /** Resolves when the signal is aborted; nothing else ends it. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#version = (await this.#read(signal)) ?? this.#version
      await this.#pause(ASKED_EVERY_MS, signal)
    }
  }

  async #read(stop: AbortSignal): Promise<string | undefined> {
    const late = new AbortController()
    const cancel = this.#clock.after(LONGEST_WAIT_MS, () => late.abort())
    const signal = AbortSignal.any([stop, late.signal])
    try {
      const { status, body } = await this.#connection.ask({
        method: 'GET',
        path: '/version',
        accept: 'application/json',
        signal,
      })
      let said = ''
      for await (const chunk of body) {
        said += Buffer.from(chunk).toString('utf8')
        if (said.length > LONGEST_ANSWER) return undefined
      }
      return status === 200 ? text(fields(JSON.parse(said)).gitVersion) : undefined
    } catch {
      return undefined // what keeps the API server from answering is told by the watches
    } finally {
      cancel()
    }
  }

  /** Not a sleep: nobody waits for it, and a stop ends it at once. */
  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      if (signal.aborted) return resolve()
      const stop = (): void => {
        cancel()
        resolve()
      }
      const cancel = this.#clock.after(ms, () => {
        signal.removeEventListener('abort', stop)
        resolve()
      })
      signal.addEventListener('abort', stop, { once: true })
    })
  }
}
