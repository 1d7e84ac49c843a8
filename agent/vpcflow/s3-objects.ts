import { GetObjectCommand, type GetObjectCommandOutput, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { byFault } from './aws-faults.ts'
import type { FlowLogObjects, ListedObject, OpenObject } from './objects.ts'
import { ReadFault } from './read-fault.ts'
import { dayPrefixes, FILE_SPAN_MS, isFlowLogKey, type Root, readKey } from './s3-keys.ts'

/** Accounts and regions under a prefix are looked for anew this often. */
const ROOTS_KEPT_MS = 15 * 60_000

export interface S3Options {
  readonly client: S3Client
  readonly bucket: string
  /** Ends with a slash, or is empty. */
  readonly prefix: string
  readonly now: () => EpochMs
}

/**
 * Flow logs in S3, in all layouts that AWS writes: accounts and regions below the prefix are found, plain or Hive, by day
 * or by hour. A prefix without an `AWSLogs` folder is taken as it is: all that lies below it.
 */
export class S3Objects implements FlowLogObjects {
  readonly place: string
  readonly #client: S3Client
  readonly #bucket: string
  readonly #prefix: string
  readonly #now: () => EpochMs
  #roots: { readonly list: readonly Root[]; readonly until: number } | undefined

  constructor({ client, bucket, prefix, now }: S3Options) {
    this.place = `s3://${bucket}/${prefix}`
    this.#client = client
    this.#bucket = bucket
    this.#prefix = prefix
    this.#now = now
  }

  async *list(from: EpochMs, to: EpochMs, signal: AbortSignal): AsyncGenerator<ListedObject> {
    const roots = await this.#currentRoots(signal)
    const prefixes = roots.length > 0 ? roots.flatMap(root => dayPrefixes(root, from, to)) : [this.#prefix]
    for (const prefix of prefixes)
      for await (const { Contents = [] } of this.#pages({ Prefix: prefix }, signal))
        for (const { Key = '', ETag = '', Size, LastModified } of Contents) {
          if (!isFlowLogKey(Key)) continue
          const { flowLog = this.place, at = epochMs(LastModified?.getTime() ?? this.#now()) } = readKey(Key)
          if (at <= from || at - FILE_SPAN_MS >= to) continue
          const id = `s3://${this.#bucket}/${Key}#${ETag.replaceAll('"', '')}`
          yield { id, at, flowLog, place: this.place, isWhole: true, ...(Size !== undefined && { size: Size }) }
        }
  }

  /** The object as it was listed: one that was replaced meanwhile is another, with an id of its own. */
  async open({ id }: ListedObject, signal: AbortSignal): Promise<OpenObject> {
    const hash = id.lastIndexOf('#')
    const key = id.slice(`s3://${this.#bucket}/`.length, hash)
    const get = (range?: string): Promise<GetObjectCommandOutput> =>
      byFault(
        this.#client.send(
          new GetObjectCommand({
            Bucket: this.#bucket,
            Key: key,
            IfMatch: `"${id.slice(hash + 1)}"`,
            ...(range !== undefined && { Range: range }),
          }),
          { abortSignal: signal },
        ),
      )
    const whole = await get()
    const size = whole.ContentLength ?? 0
    return {
      chunks: () => body(whole),
      ranges: {
        size,
        async read(from, to) {
          const parts: Uint8Array[] = []
          for await (const part of body(await get(`bytes=${from}-${to - 1}`))) parts.push(part)
          const bytes = Buffer.concat(parts)
          if (bytes.length !== to - from)
            throw new ReadFault('truncated', `${bytes.length} bytes came for ${from} to ${to}`)
          return bytes
        },
      },
    }
  }

  close(): void {
    this.#client.destroy()
  }

  async #currentRoots(signal: AbortSignal): Promise<readonly Root[]> {
    if (this.#roots !== undefined && this.#now() < this.#roots.until) return this.#roots.list
    const list = await this.#findRoots(signal)
    this.#roots = { list, until: this.#now() + ROOTS_KEPT_MS }
    return list
  }

  /** AWSLogs/account/vpcflowlogs/region/, and AWSLogs/aws-account-id=account/aws-service=vpcflowlogs/aws-region=region/. */
  async #findRoots(signal: AbortSignal): Promise<readonly Root[]> {
    const roots: Root[] = []
    for (const account of await this.#folders(`${this.#prefix}AWSLogs/`, signal)) {
      const layout = account.includes('/aws-account-id=') ? 'hive' : 'plain'
      const service = layout === 'hive' ? 'aws-service=vpcflowlogs/' : 'vpcflowlogs/'
      for (const prefix of await this.#folders(account + service, signal)) roots.push({ prefix, layout })
    }
    return roots
  }

  async #folders(prefix: string, signal: AbortSignal): Promise<readonly string[]> {
    const folders: string[] = []
    for await (const { CommonPrefixes = [] } of this.#pages({ Prefix: prefix, Delimiter: '/' }, signal))
      for (const { Prefix } of CommonPrefixes) if (Prefix !== undefined) folders.push(Prefix)
    return folders
  }

  async *#pages(input: { readonly Prefix: string; readonly Delimiter?: string }, signal: AbortSignal) {
    let token: string | undefined
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, ...input, ...(token && { ContinuationToken: token }) }),
        { abortSignal: signal },
      )
      yield page
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined
    } while (token !== undefined)
  }
}

/** The body as it comes; one that breaks off is the object's fault, and worth another try. */
async function* body({ Body }: GetObjectCommandOutput): AsyncGenerator<Uint8Array> {
  if (Body === undefined) return
  if (!(Symbol.asyncIterator in Body)) throw new TypeError('S3 answered with a body that is no stream of Node')
  try {
    for await (const chunk of Body as AsyncIterable<Uint8Array>) yield chunk
  } catch (error) {
    throw new ReadFault('truncated', `the body broke off: ${error instanceof Error ? error.message : error}`)
  }
}
