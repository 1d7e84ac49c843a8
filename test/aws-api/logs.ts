import { type AwsReply, type AwsRequest, AwsServer } from './http-server.ts'

interface Event {
  readonly timestamp: number
  readonly ingestionTime: number
  readonly message: string
}

/**
 * A log group as CloudWatch Logs shows it (API reference, JSON 1.1): DescribeLogStreams and GetLogEvents with their pages;
 * a page of events may be empty though more follow, and the last one's token is its own.
 */
export class LogsApi implements AsyncDisposable {
  readonly streams = new Map<string, Event[]>()
  readonly #pageSize: number
  #server: AwsServer | undefined

  private constructor(pageSize: number) {
    this.#pageSize = pageSize
  }

  /** @param pageSize of streams and of events */
  static async listen(pageSize = 50): Promise<LogsApi> {
    const made = new LogsApi(pageSize)
    made.#server = await AwsServer.listen(request => made.#answer(request))
    return made
  }

  get http(): AwsServer {
    if (this.#server === undefined) throw new Error('not listening')
    return this.#server
  }

  put(stream: string, ...events: readonly Event[]): void {
    this.streams.set(stream, [...(this.streams.get(stream) ?? []), ...events])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
  }

  #answer({ headers, body }: AwsRequest): AwsReply {
    const input = JSON.parse(body.toString())
    switch (headers['x-amz-target']) {
      case 'Logs_20140328.DescribeLogStreams':
        return this.#streams(input.nextToken)
      case 'Logs_20140328.GetLogEvents':
        return this.#events(input)
      default:
        return logsError('UnknownOperationException', String(headers['x-amz-target']))
    }
  }

  #streams(token = '0'): AwsReply {
    const from = Number(token)
    const page = [...this.streams].slice(from, from + this.#pageSize).map(([logStreamName, events]) => ({
      logStreamName,
      creationTime: Math.min(...events.map(({ timestamp }) => timestamp)),
      firstEventTimestamp: Math.min(...events.map(({ timestamp }) => timestamp)),
      lastIngestionTime: Math.max(...events.map(({ ingestionTime }) => ingestionTime)),
    }))
    const next = from + this.#pageSize
    return json({ logStreams: page, ...(next < this.streams.size && { nextToken: String(next) }) })
  }

  #events(input: { logStreamName: string; startTime: number; endTime: number; nextToken?: string }): AwsReply {
    const stream = this.streams.get(input.logStreamName)
    if (stream === undefined) return logsError('ResourceNotFoundException', 'The specified log stream does not exist.')
    const all = stream
      .filter(({ timestamp }) => timestamp >= input.startTime && timestamp < input.endTime)
      .sort((a, b) => a.timestamp - b.timestamp)
    // f/0 is an empty first page: it says nothing about what follows.
    const page = input.nextToken === undefined ? -1 : Number(input.nextToken.slice(2))
    const events = page < 0 ? [] : all.slice(page * this.#pageSize, (page + 1) * this.#pageSize)
    const isLast = page >= 0 && (page + 1) * this.#pageSize >= all.length
    return json({ events, nextForwardToken: `f/${isLast ? page : page + 1}`, nextBackwardToken: 'b/0' })
  }
}

/** An error as JSON 1.1 has it. */
export const logsError = (type: string, message: string): AwsReply => ({
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({ __type: type, message }),
})

const json = (value: unknown): AwsReply => ({
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(value),
})
