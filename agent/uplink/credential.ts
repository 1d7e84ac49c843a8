import { readFile } from 'node:fs/promises'
import type { SecureContextOptions } from 'node:tls'

/** How the agent proves who it is; read anew for every request, so that a rotated secret is used at once. */
export interface Credential {
  /** Headers to send. Rejects with a sentence that never holds the secret. */
  headers(): Promise<{ readonly [name: string]: string }>
}

/** A secret given in the settings, or none at all. */
export const secretCredential = (secret: string): Credential => ({
  headers: async () => (secret === '' ? {} : { authorization: `Bearer ${secret}` }),
})

/** A secret in a file: a mounted Secret, or a projected service account token. */
export const secretFileCredential = (path: string): Credential => ({
  async headers() {
    const secret = (await readFile(path, 'utf8').catch(unreadable(path))).trim()
    if (secret === '') throw new Error(`secret file ${path} is empty: it is tried again`)
    // Node names the header, not its value; still nothing of it must get as far.
    if (/[^\x21-\x7e]/.test(secret)) throw new Error(`secret file ${path} holds blanks or control characters`)
    return { authorization: `Bearer ${secret}` }
  },
})

/** Files (PEM) for TLS to the server; '' = not given. */
export interface TlsFiles {
  /** CA of the server's certificate; without it the system's are trusted. */
  readonly ca: string
  /** This agent's own certificate and its key, where the server asks for one. */
  readonly cert: string
  readonly key: string
}

/** Reads them anew for every request: certificates that live for days are replaced while the agent runs. */
export async function readTlsFiles({ ca, cert, key }: TlsFiles): Promise<SecureContextOptions> {
  const read = (path: string) => readFile(path, 'utf8').catch(unreadable(path))
  return {
    ...(ca !== '' && { ca: await read(ca) }),
    ...(cert !== '' && { cert: await read(cert), key: await read(key) }),
  }
}

const unreadable =
  (path: string) =>
  (error: NodeJS.ErrnoException): never => {
    throw new Error(`${path} cannot be read (${error.code ?? error.message}): it is tried again`)
  }
