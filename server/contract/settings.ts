/**
 * Settings as one table: each row gives the environment variable, the flag, the default, the help and the docs.
 * `serverUrl` is read from WEIR_SERVER_URL and --server-url. A flag wins over the environment.
 */
export interface Setting<T> {
  /** What it means, with its unit; one line of help. */
  readonly means: string
  /** Text of the default, as one would write it; undefined = must be given. */
  readonly fallback: string | undefined
  /** @throws Error that says what would be right. */
  readonly parse: (text: string) => T
  /** Never shown: neither in logs nor in errors. */
  readonly secret?: boolean
}

export type SettingsTable = { readonly [name: string]: Setting<unknown> }
export type Settings<T extends SettingsTable> = { readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : never }

export type SettingsResult<T extends SettingsTable> =
  | { readonly ok: true; readonly settings: Settings<T> }
  | { readonly ok: false; readonly problems: readonly string[] }

export const envName = (name: string): string => `WEIR_${name.replace(/[A-Z]/g, c => `_${c}`).toUpperCase()}`
export const flagName = (name: string): string => `--${name.replace(/[A-Z]/g, c => `-${c.toLowerCase()}`)}`

/** Reads flags (`--name value`, `--name=value`, `--switch` for true) and WEIR_ variables; reports every problem at once. */
export function readSettings<T extends SettingsTable>(
  table: T,
  argv: readonly string[],
  env: { readonly [name: string]: string | undefined },
): SettingsResult<T> {
  const problems: string[] = []
  const names = Object.keys(table)
  const given = new Map<string, { text: string; source: string }>()
  const byEnv = new Map(names.map(name => [envName(name), name]))
  const byFlag = new Map(names.map(name => [flagName(name), name]))
  for (const [key, text] of Object.entries(env)) {
    if (!key.startsWith('WEIR_') || text === undefined) continue
    const name = byEnv.get(key)
    if (name === undefined) problems.push(`unknown variable ${key}: did you mean ${nearest(key, [...byEnv.keys()])}?`)
    else given.set(name, { text, source: key })
  }
  for (let i = 0; i < argv.length; i++) {
    const [flag = '', inline] = split(argv[i] ?? '')
    const name = byFlag.get(flag)
    const next = argv[i + 1]
    const takesNext = flag.startsWith('--') && inline === undefined && next !== undefined && !next.startsWith('--')
    if (name === undefined)
      problems.push(`unknown argument ${flag}: did you mean ${nearest(flag, [...byFlag.keys()])}?`)
    else given.set(name, { text: inline ?? (takesNext ? next : 'true'), source: flag })
    if (takesNext) i++
  }
  const settings: { [name: string]: unknown } = {}
  for (const name of names) {
    const setting = table[name] as Setting<unknown>
    const { text, source } = given.get(name) ?? { text: setting.fallback, source: 'the default' }
    if (text === undefined) {
      problems.push(`${flagName(name)} (or ${envName(name)}) must be given: ${setting.means}`)
      continue
    }
    try {
      settings[name] = setting.parse(text)
    } catch (error) {
      const shown = setting.secret ? '' : ` ${JSON.stringify(text)}`
      problems.push(`${source}${shown}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings: settings as Settings<T> }
}

function split(argument: string): [string, string | undefined] {
  const at = argument.indexOf('=')
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)]
}

/** Lines of help: flag, variable, default, meaning. */
export function settingsHelp(table: SettingsTable): string {
  return Object.entries(table)
    .map(([name, { fallback, means }]) => {
      const value = fallback === undefined ? 'required' : fallback === '' ? 'default: none' : `default: ${fallback}`
      return `  ${flagName(name)}  (${envName(name)}, ${value})\n      ${means}`
    })
    .join('\n')
}

/** The known name with the fewest edits away (Levenshtein). */
export function nearest(wrong: string, known: readonly string[]): string {
  let best = ''
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const distance = edits(wrong, candidate)
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length] ?? 0
}

/** Parsers for the table's rows. */
export const text = (value: string): string => value
export function nonEmpty(value: string): string {
  if (value === '') throw new Error('must not be empty')
  return value
}
export function flag(value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new Error('must be true or false')
  return value === 'true'
}
export const wholeNumber =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value)
    if (!/^\d+$/.test(value) || number < least || number > most)
      throw new Error(`must be a whole number from ${least} to ${most}`)
    return number
  }
export const decimal =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value)
    if (value.trim() === '' || !(number >= least && number <= most))
      throw new Error(`must be a number from ${least} to ${most}`)
    return number
  }
export const oneOf =
  <const T extends string>(...allowed: readonly T[]) =>
  (value: string): T => {
    const found = allowed.find(one => one === value)
    if (found === undefined) throw new Error(`must be one of ${allowed.join(', ')}`)
    return found
  }
export interface ListenAddress {
  readonly host: string
  readonly port: number
}
/** host:port, [v6]:port; port 0 = any free one. */
export function listenAddress(value: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(value)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) throw new Error('must be HOST:PORT, such as 0.0.0.0:8080 or [::]:8080')
  return { host: match[1] ?? match[2] ?? '', port }
}
