import { S3Client } from '@aws-sdk/client-s3'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Log } from '../../../agent/log.ts'
import { secretCredential } from '../../../agent/uplink/credential.ts'
import { ServerClient } from '../../../agent/uplink/http.ts'
import { FlowLogServer } from '../../../agent/vpcflow/flow-log-server.ts'
import type { FlowLogObjects } from '../../../agent/vpcflow/objects.ts'
import { FlowLogReader, type Range } from '../../../agent/vpcflow/reader.ts'
import { S3Objects } from '../../../agent/vpcflow/s3-objects.ts'
import { Totals } from '../../../agent/vpcflow/totals.ts'
import { S3Api } from '../../aws-api/s3.ts'
import { TakingServer } from './taking-server.ts'

export const NOON = epochMs(Date.parse('2026-11-20T12:00:00Z'))
export const BUCKET = 'flow-logs'

/** Key of a file as AWS names it, in the plain layout. */
export function keyOf(
  at: EpochMs,
  options: { region?: string; flowLog?: string; hash?: string; account?: string } = {},
): string {
  const { region = 'us-east-1', flowLog = 'fl-0123abcd', hash = 'ab12cd34', account = '123456789012' } = options
  const [date = '', time = ''] = new Date(at).toISOString().split('T')
  const stamp = `${date.replaceAll('-', '')}T${time.slice(0, 5).replace(':', '')}Z`
  const folder = `AWSLogs/${account}/vpcflowlogs/${region}/${date.replaceAll('-', '/')}/`
  return `${folder}${account}_vpcflowlogs_${region}_${flowLog}_${stamp}_${hash}.log.gz`
}

export const HEADER = 'interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr bytes start end'
/** A text object of that many records of 10 bytes each. */
export const textOf = (records: number, from = 0): string =>
  `${HEADER}\n${Array.from({ length: records }, (_, i) => `eni-1 10.0.0.1 10.0.0.2 10.1.${(from + i) >> 8}.${(from + i) & 255} 10.0.0.9 10 60 60\n`).join('')}`

/** A clock that stands still but for the waits of the reader, which are over at once. */
export class Clock {
  at: number = NOON
  readonly waits: number[] = []
  /** How much of it passes with every look at the clock. */
  stepMs = 0
  readonly now = (): EpochMs => {
    this.at += this.stepMs
    return epochMs(this.at)
  }
  readonly wait = async (ms: number): Promise<void> => {
    this.waits.push(ms)
    this.at += ms
  }
}

export class Reading implements AsyncDisposable {
  readonly clock = new Clock()
  readonly totals = new Totals()
  readonly logged: string[] = []
  readonly stopping = new AbortController()
  readonly s3: S3Api
  readonly server: TakingServer
  readonly client: S3Client
  readonly #connection: ServerClient

  private constructor(s3: S3Api, server: TakingServer) {
    this.s3 = s3
    this.server = server
    this.client = s3Client(s3.http.url)
    this.#connection = new ServerClient(server.url, secretCredential(''))
  }

  /** An empty bucket, and a server that has nothing yet. */
  static async begin(pageSize?: number): Promise<Reading> {
    return new Reading(await S3Api.listen(BUCKET, pageSize), await TakingServer.listen())
  }

  reader(
    range: Partial<Extract<Range, { mode: 'tail' }>> | Extract<Range, { mode: 'import' }>,
    more: { objects?: FlowLogObjects; process?: string } = {},
  ): FlowLogReader {
    const { clock, totals } = this
    const log: Log = { info: line => this.logged.push(line), warn: line => this.logged.push(line) }
    return new FlowLogReader({
      cluster: 'prod',
      identity: { version: '0.1.0', process: more.process ?? 'reader-1' },
      range:
        range.mode === 'import'
          ? range
          : { mode: 'tail', lookBackMs: 3_600_000, catchUpMs: 24 * 3_600_000, pollMs: 60_000, ...range },
      objects: more.objects ?? new S3Objects({ client: this.client, bucket: BUCKET, prefix: '', now: clock.now }),
      server: new FlowLogServer(this.#connection, clock.now, this.stopping.signal),
      totals,
      resourceOf: () => undefined,
      log,
      now: clock.now,
      random: () => 0.5,
      wait: clock.wait,
    })
  }

  /** Reads [from, to) once, to its end. */
  async import(from: EpochMs, to: EpochMs): Promise<void> {
    await this.reader({ mode: 'import', from, to }).run(this.stopping.signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopping.abort()
    this.#connection.close()
    this.client.destroy()
    await this.s3[Symbol.asyncDispose]()
    await this.server[Symbol.asyncDispose]()
  }
}

/** The real client; its own tries wait no longer than they must. */
export const s3Client = (endpoint: string): S3Client =>
  new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 2,
  })

export const minutes = (n: number): number => n * 60_000
export const before = (ms: number): EpochMs => epochMs(NOON - ms)
