/** One line of JSON per event on standard output: time, level, part, what happened. Secrets are never handed to it. */
export type Log = (
  level: LogLevel,
  part: string,
  message: string,
  fields?: { readonly [name: string]: unknown },
) => void
export type LogLevel = 'info' | 'warning' | 'error'

export function createLog(write: (line: string) => void, now: () => number): Log {
  return (level, part, message, fields = {}) =>
    write(`${JSON.stringify({ at: new Date(now()).toISOString(), level, part, message, ...fields })}\n`)
}
