import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const KEY_BYTES = 32

/**
 * The key of a data folder, made at the first start: sessions outlive a restart and are worth nothing elsewhere.
 * @throws Error when the file cannot be read or written, or is too short to be a key.
 */
export async function sealingKey(dataDir: string): Promise<Buffer> {
  const file = join(dataDir, 'session-key')
  await writeFile(file, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const key = await readFile(file)
  if (key.length < KEY_BYTES)
    throw new Error(`${file} is no key of ${KEY_BYTES} bytes: remove it, and everybody signs in again`)
  return key
}

/**
 * A value that a browser keeps for us and cannot change: readable by its owner, signed with HMAC-SHA256, for one purpose,
 * until a moment (epoch milliseconds).
 */
export function seal(key: Buffer, purpose: string, value: object, expiresAt: number): string {
  const body = Buffer.from(JSON.stringify({ ...value, expiresAt })).toString('base64url')
  return `${body}.${sign(key, purpose, body).toString('base64url')}`
}

/** What was sealed; undefined where it is not ours, changed, for another purpose, or expired. */
export function unseal(
  key: Buffer,
  purpose: string,
  text: string | undefined,
  now: number,
): ({ readonly expiresAt: number } & { readonly [field: string]: unknown }) | undefined {
  const [body = '', signature = '', more] = (text ?? '').split('.')
  if (more !== undefined) return undefined
  const wanted = sign(key, purpose, body)
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined
  const value = JSON.parse(Buffer.from(body, 'base64url').toString()) // signed: what seal() wrote
  return value.expiresAt > now ? value : undefined
}

const sign = (key: Buffer, purpose: string, body: string): Buffer =>
  createHmac('sha256', key).update(`${purpose}\n${body}`).digest()
