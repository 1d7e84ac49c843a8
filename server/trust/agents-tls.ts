import { readFile } from 'node:fs/promises'
import type { Server, ServerOptions } from 'node:https'
import { createSecureContext } from 'node:tls'
import type { Part } from '@weir/contract/parts.ts'

export interface TlsFiles {
  readonly cert: string
  readonly key: string
  /** CA of client certificates; '' = none are asked for. */
  readonly clientCa: string
}

interface Pems {
  readonly cert: string
  readonly key: string
  readonly ca?: string
}

/** How often the files are looked at: a mounted Secret is replaced by a link, of which no event tells reliably. */
const LOOK_EVERY_MS = 10_000

/** TLS of the port for agents: read at start, and taken up again when the files change. */
export class AgentsTls implements Part {
  readonly name = 'TLS for agents'
  readonly #files: TlsFiles
  readonly #log: (line: string) => void
  #pems: Pems
  #server: Server | undefined
  #timer: NodeJS.Timeout | undefined
  #looking = Promise.resolve()
  #failures = 0

  private constructor(files: TlsFiles, pems: Pems, log: (line: string) => void) {
    this.#files = files
    this.#pems = pems
    this.#log = log
  }

  /** @throws Error that names the files and what is wrong with them, never their content. */
  static async read(files: TlsFiles, log: (line: string) => void): Promise<AgentsTls> {
    return new AgentsTls(files, await readPems(files), log)
  }

  /**
   * What the listener is made with. Who shows no certificate, or a bad one, is let through the handshake and refused
   * with a reason: it is counted, probes reach /healthz, and other ways in stay open.
   */
  get options(): ServerOptions {
    return { ...this.#pems, requestCert: this.#files.clientCa !== '', rejectUnauthorized: false }
  }

  /** Changes that could not be taken up. */
  get failures(): number {
    return this.#failures
  }

  /** The listener that is told of new certificates. */
  attach(server: Server): void {
    this.#server = server
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => {
      this.#looking = this.lookAgain()
    }, LOOK_EVERY_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  /** Takes up what has changed. Half a change (a new certificate with the old key) leaves what was. Never rejects. */
  async lookAgain(): Promise<void> {
    try {
      const found = await readPems(this.#files)
      const { cert, key, ca } = this.#pems
      if (found.cert === cert && found.key === key && found.ca === ca) return
      this.#server?.setSecureContext(found)
      this.#pems = found
      this.#log('new certificates are in force')
      // Whom only the old CA knew must shake hands again; agents come back by themselves.
      if (found.ca !== ca) this.#server?.closeAllConnections()
    } catch (error) {
      this.#failures++
      this.#log(`certificates stay as they were: ${error instanceof Error ? error.message : error}`)
    }
  }
}

async function readPems({ cert, key, clientCa }: TlsFiles): Promise<Pems> {
  const pems = {
    cert: await readFile(cert, 'utf8'),
    key: await readFile(key, 'utf8'),
    ...(clientCa !== '' && { ca: await readFile(clientCa, 'utf8') }),
  }
  // OpenSSL takes a file without any certificate for a CA file: nobody would ever be trusted.
  if (pems.ca !== undefined && !pems.ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error(`${clientCa}: expected certificates (PEM)`)
  try {
    createSecureContext(pems)
  } catch (error) {
    throw new Error(`${cert} and ${key}: ${error instanceof Error ? error.message : error}`)
  }
  return pems
}
