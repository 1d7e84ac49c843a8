import { readFile } from 'node:fs/promises'

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
    const secret = (await readFile(path, 'utf8')).trim()
    if (secret === '') throw new Error(`secret file ${path} is empty`)
    return { authorization: `Bearer ${secret}` }
  },
})
