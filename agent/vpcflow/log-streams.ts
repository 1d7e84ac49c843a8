import {
  type CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  type LogStream,
} from '@aws-sdk/client-cloudwatch-logs'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { byFault } from './aws-faults.ts'
import type { Format } from './format.ts'
import type { FlowLogObjects, ListedObject, OpenObject } from './objects.ts'
import { ReadFault } from './read-fault.ts'
import { HOUR_MS, hoursOf, inOrder, isSettled, SETTLED_MS, type StreamEvent } from './stream-hours.ts'

/** An hour that goes on is looked at again after this: AWS delivers every 5 minutes. */
const LOOK_AGAIN_MS = 5 * 60_000
/** Text of one hour of one interface that is held in memory to put it in order. */
const MOST_BYTES = 256 * 1024 * 1024

export interface LogStreamsOptions {
  readonly client: CloudWatchLogsClient
  readonly group: string
  /** Lines have no header; undefined: not known (yet). */
  readonly format: () => Format | undefined
  readonly now: () => EpochMs
}

/**
 * Flow logs in CloudWatch Logs: a stream per interface. An object is an hour of a stream, `logs://group/stream#2026-11-20T11`;
 * until it is settled it is read again and again, and only what is new is sent.
 */
export class LogStreams implements FlowLogObjects {
  readonly place: string
  readonly #options: LogStreamsOptions
  /** When an unsettled hour was offered last. */
  readonly #offered = new Map<string, EpochMs>()

  constructor(options: LogStreamsOptions) {
    this.place = `logs://${options.group}/`
    this.#options = options
  }

  async *list(from: EpochMs, to: EpochMs, signal: AbortSignal): AsyncGenerator<ListedObject> {
    const now = this.#options.now()
    if (this.#options.format() === undefined)
      throw new Error(`the format of ${this.place} is not known: give --format, or the right to ec2:DescribeFlowLogs`)
    const hours = hoursOf(from, to, now)
    for (const [id, at] of this.#offered) if (at < now - 2 * SETTLED_MS) this.#offered.delete(id)
    for await (const stream of this.#streams(signal))
      for (const hour of hours) {
        if (!mayHave(stream, hour)) continue
        const id = `${this.place}${stream.logStreamName}#${new Date(hour).toISOString().slice(0, 13)}`
        const isWhole = isSettled(hour, now)
        if (!isWhole && now < (this.#offered.get(id) ?? 0) + LOOK_AGAIN_MS) continue
        if (!isWhole) this.#offered.set(id, now)
        yield { id, at: epochMs(hour + HOUR_MS), flowLog: this.place, place: this.place, isWhole }
      }
  }

  async open({ id, isWhole }: ListedObject, signal: AbortSignal): Promise<OpenObject> {
    const hash = id.lastIndexOf('#')
    const stream = id.slice(this.place.length, hash)
    const hour = epochMs(Date.parse(`${id.slice(hash + 1)}:00:00Z`))
    const events = inOrder(await byFault(this.#events(stream, hour, signal)), isWhole, this.#options.now())
    return {
      format: this.#options.format(),
      async *chunks() {
        for (let at = 0; at < events.length; at += 1_000)
          yield Buffer.from(
            `${events
              .slice(at, at + 1_000)
              .map(({ message }) => message)
              .join('\n')}\n`,
            'latin1',
          )
      },
    }
  }

  close(): void {
    this.#options.client.destroy()
  }

  async *#streams(signal: AbortSignal): AsyncGenerator<LogStream> {
    const { client, group } = this.#options
    let token: string | undefined
    do {
      const input = { logGroupName: group, ...(token !== undefined && { nextToken: token }) }
      const { logStreams = [], nextToken } = await client.send(new DescribeLogStreamsCommand(input), {
        abortSignal: signal,
      })
      yield* logStreams
      token = nextToken
    } while (token !== undefined)
  }

  /** All events of the hour. Pages may be empty; the last one names itself as the next. */
  async #events(stream: string, hour: EpochMs, signal: AbortSignal): Promise<readonly StreamEvent[]> {
    const { client, group } = this.#options
    const all: StreamEvent[] = []
    let bytes = 0
    let token: string | undefined
    for (;;) {
      const command = new GetLogEventsCommand({
        logGroupName: group,
        logStreamName: stream,
        startTime: hour,
        endTime: hour + HOUR_MS,
        startFromHead: true,
        ...(token !== undefined && { nextToken: token }),
      })
      const { events = [], nextForwardToken } = await client.send(command, { abortSignal: signal })
      for (const { timestamp = 0, ingestionTime = 0, message = '' } of events) {
        bytes += message.length
        // One event is one line: what has another in it must not count as two records.
        all.push({ timestamp, ingestionTime, message: message.replaceAll(/[\r\n]+/g, ' ') })
      }
      if (bytes > MOST_BYTES) throw new ReadFault('too large', `more than ${MOST_BYTES} bytes in one hour of ${stream}`)
      if (nextForwardToken === undefined || nextForwardToken === token) return all
      token = nextForwardToken
    }
  }
}

/** AWS tells of the last ingestion up to an hour late, rarely later: a day is left for that. */
function mayHave({ firstEventTimestamp, lastIngestionTime, creationTime }: LogStream, hour: EpochMs): boolean {
  const first = Math.min(firstEventTimestamp ?? 0, creationTime ?? 0)
  return first < hour + HOUR_MS && (lastIngestionTime ?? Number.MAX_SAFE_INTEGER) + 24 * HOUR_MS > hour
}
