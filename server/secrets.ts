import { readFile } from 'node:fs/promises'

/**
 * The agents' shared secrets: one, or several with commas between while one replaces the other.
 * @throws Error that names the file and what is wrong, never its content.
 */
export async function readSecrets(file: string): Promise<readonly string[]> {
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`the secret file cannot be read: ${error instanceof Error ? error.message : error}`)
  })
  const secrets = content
    .split(',')
    .map(secret => secret.trim())
    .filter(secret => secret !== '')
  if (secrets.length === 0) throw new Error(`the secret file ${file} is empty`)
  // A header value holds no blanks: with one inside, no agent could ever send it.
  if (secrets.some(secret => /\s/.test(secret))) throw new Error(`a secret in ${file} has a blank or line break inside`)
  return secrets
}
