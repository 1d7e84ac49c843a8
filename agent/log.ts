/** One line of JSON to stderr. Secrets never come here: callers pass fields they name. */
export interface Log {
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
}
export type Fields = { readonly [name: string]: string | number | boolean | undefined }

/** The same message at most this often: a server that is down for a night must not fill the node's disk. */
const REPEAT_AFTER_MS = 60_000

/** @param write one line without its end. @param now epoch ms. */
export function lineLog(write: (line: string) => void, now: () => number): Log {
  const last = new Map<string, { at: number; held: number }>()
  const line = (level: 'info' | 'warn', message: string, fields: Fields = {}) => {
    const at = now()
    const before = last.get(message)
    if (before !== undefined && at - before.at < REPEAT_AFTER_MS) {
      before.held++
      return
    }
    last.set(message, { at, held: 0 })
    const repeated = before?.held ? { alsoHeldBack: before.held } : {}
    write(JSON.stringify({ at: new Date(at).toISOString(), level, message, ...fields, ...repeated }))
  }
  return {
    info: (message, fields) => line('info', message, fields),
    warn: (message, fields) => line('warn', message, fields),
  }
}
