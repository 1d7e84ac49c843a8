import { fileURLToPath } from 'node:url'
import {
  flag,
  listenAddress,
  nonEmpty,
  readSettings,
  type Settings,
  type SettingsResult,
  settingsHelp,
  text,
  wholeNumber,
} from '@weir/contract/settings.ts'
import { accessProblems, accessSettings } from './access/settings.ts'
import { billingProblems, billingSettings } from './billing/settings.ts'
import { awsProblems, awsSettings } from './directory/aws/settings.ts'
import { directoryProblems, directorySettings } from './directory/settings.ts'
import { pricingSettings } from './pricing/settings.ts'
import { trustProblems, trustSettings } from './trust/settings.ts'

const webDist = fileURLToPath(new URL('../web/dist', import.meta.url))

/** Every setting of the server: environment variable, flag, help and docs come from these rows. */
export const settingsTable = {
  dashboardListen: {
    means: 'HOST:PORT of the page, its API and the live views',
    fallback: '0.0.0.0:8080',
    parse: listenAddress,
  },
  agentsListen: {
    means: 'HOST:PORT for agents: batches, directory and labels',
    fallback: '0.0.0.0:8081',
    parse: listenAddress,
  },
  metricsListen: { means: 'HOST:PORT of /metrics', fallback: '0.0.0.0:9090', parse: listenAddress },
  dataDir: { means: 'Folder of the store and the directory; made if missing', fallback: 'data', parse: nonEmpty },
  ...directorySettings,
  ...awsSettings,
  secretFile: {
    means: 'File with the secret that agents must send; several, comma separated, while a secret is being changed',
    fallback: '',
    parse: text,
  },
  open: { means: 'true: take batches from anyone, without a secret. For trials only', fallback: 'false', parse: flag },
  ...trustSettings,
  sealAfterMs: {
    means: 'Milliseconds after which a minute is decided although an expected agent has not reported it',
    fallback: '900000',
    parse: wholeNumber(1_000, 86_400_000),
  },
  minutesKeptHours: { means: 'Hours for which sums per minute are kept', fallback: '48', parse: wholeNumber(2, 8_784) },
  hoursKeptDays: { means: 'Days for which sums per hour are kept', fallback: '90', parse: wholeNumber(1, 3_660) },
  daysKeptYears: { means: 'Years for which sums per day are kept', fallback: '3', parse: wholeNumber(1, 100) },
  memoryLimitMb: {
    means: "Megabytes of memory for the store's engine",
    fallback: '512',
    parse: wholeNumber(64, 65_536),
  },
  ...pricingSettings,
  ...billingSettings,
  ...accessSettings,
  webDir: { means: 'Folder of the built page', fallback: webDist, parse: nonEmpty },
} as const

export type ServerSettings = Settings<typeof settingsTable>

/** Reads flags and environment; says everything that is wrong at once. */
export function readServerSettings(
  argv: readonly string[],
  env: { readonly [name: string]: string | undefined } = process.env,
): SettingsResult<typeof settingsTable> {
  const read = readSettings(settingsTable, argv, env)
  if (!read.ok) return read
  const problems = [
    ...directoryProblems(read.settings),
    ...awsProblems(read.settings),
    ...trustProblems(read.settings),
    ...accessProblems(read.settings),
    ...billingProblems(read.settings),
  ]
  return problems.length === 0 ? read : { ok: false, problems }
}

export const serverHelp = (): string =>
  `weir server: takes the agents' batches, keeps them, answers questions about them.\n\n${settingsHelp(settingsTable)}`
