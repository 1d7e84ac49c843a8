import { type EpochMs, epochMs } from '@weir/contract/units.ts'

const DAY_MS = 86_400_000
/** AWS writes a file for each 5 minutes: its name has their beginning, its records end within them. */
export const FILE_SPAN_MS = 300_000

/** What a key tells (VPC user guide, "Flow log files"): account_vpcflowlogs_region_flow-log-id_YYYYMMDDTHHmmZ_hash. */
export interface KeyFacts {
  readonly flowLog: string | undefined
  /** The end of its 5 minutes. */
  readonly at: EpochMs | undefined
}

export function readKey(key: string): KeyFacts {
  const name = key.slice(key.lastIndexOf('/') + 1)
  const flowLog = /(?:^|_)(fl-[0-9a-f]+)(?:_|\.|$)/.exec(name)?.[1]
  const stamp = /(?:^|_)(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z/.exec(name)
  if (stamp === null) return { flowLog, at: undefined }
  const [, year, month, day, hour, minute] = stamp
  const begin = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`)
  return { flowLog, at: Number.isNaN(begin) ? undefined : epochMs(begin + FILE_SPAN_MS) }
}

/** Whether the key can be a flow log's file; folders, manifests and other services' logs are not. */
export const isFlowLogKey = (key: string): boolean => /\.(?:log|txt|gz|parquet)$/.test(key)

/** A folder under which years lie: of one account and region, in one layout. */
export interface Root {
  readonly prefix: string
  readonly layout: 'plain' | 'hive'
}

/** Prefixes of the days that [from, to) touches, with one day after: a file lies in the folder of its beginning. */
export function dayPrefixes({ prefix, layout }: Root, from: EpochMs, to: EpochMs): readonly string[] {
  const prefixes: string[] = []
  for (let day = Math.floor((from - FILE_SPAN_MS) / DAY_MS) * DAY_MS; day < to; day += DAY_MS) {
    const [year, month, date] = new Date(day).toISOString().slice(0, 10).split('-')
    prefixes.push(
      layout === 'hive' ? `${prefix}year=${year}/month=${month}/day=${date}/` : `${prefix}${year}/${month}/${date}/`,
    )
  }
  return prefixes
}

/** `s3://bucket/prefix` in its parts; the prefix ends with a slash or is empty. Undefined when it is none. */
export function readS3Url(url: string): { readonly bucket: string; readonly prefix: string } | undefined {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url)
  const [, bucket, path = ''] = match ?? []
  if (bucket === undefined) return undefined
  return { bucket, prefix: path === '' || path.endsWith('/') ? path : `${path}/` }
}
