import { createHash } from 'node:crypto'
import { type AwsReply, type AwsRequest, AwsServer } from './http-server.ts'

interface StoredObject {
  readonly body: Uint8Array
  readonly etag: string
  readonly modified: string
}

/**
 * A bucket as S3 shows it to ListObjectsV2 and GetObject (S3 API reference): XML listings with prefix, delimiter, pages
 * and continuation tokens; ranges; If-Match. Path style: `/bucket/key`.
 */
export class S3Api implements AsyncDisposable {
  readonly objects = new Map<string, StoredObject>()
  readonly #bucket: string
  readonly #pageSize: number
  #server: AwsServer | undefined

  private constructor(bucket: string, pageSize: number) {
    this.#bucket = bucket
    this.#pageSize = pageSize
  }

  /** @param pageSize keys of one page of a listing; S3 has 1,000 */
  static async listen(bucket: string, pageSize = 1_000): Promise<S3Api> {
    const made = new S3Api(bucket, pageSize)
    made.#server = await AwsServer.listen(request => made.#answer(request))
    return made
  }

  get http(): AwsServer {
    if (this.#server === undefined) throw new Error('not listening')
    return this.#server
  }

  put(key: string, body: Uint8Array | string, modified = new Date(0)): void {
    const bytes = Buffer.from(body)
    const etag = createHash('md5').update(bytes).digest('hex')
    this.objects.set(key, { body: bytes, etag, modified: modified.toISOString() })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
  }

  #answer({ path, query, headers }: AwsRequest): AwsReply {
    if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) return s3Error(403, 'AccessDenied', 'not signed')
    const [, bucket = '', ...rest] = path.split('/')
    if (bucket !== this.#bucket) return s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist')
    const key = decodeURIComponent(rest.join('/'))
    return key === '' ? this.#list(query) : this.#get(key, headers['if-match'], headers.range)
  }

  #list(query: URLSearchParams): AwsReply {
    const prefix = query.get('prefix') ?? ''
    const delimiter = query.get('delimiter')
    const after = query.get('continuation-token') ?? ''
    const shown = new Map<string, string>()
    for (const [key, { etag, body, modified }] of [...this.objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!key.startsWith(prefix)) continue
      const cut = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length)
      if (cut >= 0) {
        const folder = key.slice(0, cut + 1)
        shown.set(folder, `<CommonPrefixes><Prefix>${xml(folder)}</Prefix></CommonPrefixes>`)
      } else
        shown.set(
          key,
          `<Contents><Key>${xml(key)}</Key><LastModified>${modified}</LastModified><ETag>&quot;${etag}&quot;</ETag>` +
            `<Size>${body.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
        )
    }
    const left = [...shown].filter(([name]) => name > after)
    const page = left.slice(0, this.#pageSize)
    const isTruncated = left.length > page.length
    const token = isTruncated ? `<NextContinuationToken>${xml(page.at(-1)?.[0] ?? '')}</NextContinuationToken>` : ''
    return {
      headers: { 'content-type': 'application/xml' },
      body:
        `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
        `<Name>${this.#bucket}</Name><KeyCount>${page.length}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>` +
        `${token}${page.map(([, part]) => part).join('')}</ListBucketResult>`,
    }
  }

  #get(key: string, ifMatch: string | undefined, range: string | undefined): AwsReply {
    const object = this.objects.get(key)
    if (object === undefined) return s3Error(404, 'NoSuchKey', 'The specified key does not exist.')
    if (ifMatch !== undefined && ifMatch !== `"${object.etag}"`)
      return s3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
    const headers = { etag: `"${object.etag}"`, 'accept-ranges': 'bytes', 'content-type': 'binary/octet-stream' }
    const asked = /^bytes=(\d+)-(\d+)$/.exec(range ?? '')
    if (asked === null) return { headers, body: object.body }
    const [from, last] = [Number(asked[1]), Math.min(Number(asked[2]), object.body.length - 1)]
    return {
      status: 206,
      headers: { ...headers, 'content-range': `bytes ${from}-${last}/${object.body.length}` },
      body: object.body.subarray(from, last + 1),
    }
  }
}

/** An error as S3 words it. */
export const s3Error = (status: number, code: string, message: string): AwsReply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${xml(message)}</Message></Error>`,
})

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
