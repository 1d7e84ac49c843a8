import { DescribeFlowLogsCommand, type EC2Client } from '@aws-sdk/client-ec2'
import type { Log } from '../log.ts'
import { type Format, readLogFormat } from './format.ts'

/** A flow log's format never changes; new flow logs appear. */
const KEPT_MS = 15 * 60_000

/** What EC2 says of flow logs: what they log, and the format of those in log groups. Works without the right to ask. */
export class FlowLogFacts {
  readonly #client: EC2Client
  readonly #log: Log
  readonly #now: () => number
  #resources = new Map<string, string>()
  #formats = new Map<string, Format>()
  #refreshAt = 0

  constructor(client: EC2Client, log: Log, now: () => number) {
    this.#client = client
    this.#log = log
    this.#now = now
  }

  /** Asks again when it is time. A refusal is said, and what was known stays. */
  async refresh(signal: AbortSignal): Promise<void> {
    if (this.#now() < this.#refreshAt) return
    this.#refreshAt = this.#now() + KEPT_MS
    const groups = new Map<string, number>()
    try {
      let token: string | undefined
      do {
        const command = new DescribeFlowLogsCommand({ ...(token !== undefined && { NextToken: token }) })
        const { FlowLogs = [], NextToken } = await this.#client.send(command, { abortSignal: signal })
        for (const { FlowLogId, ResourceId, LogGroupName, LogFormat } of FlowLogs) {
          if (FlowLogId !== undefined && ResourceId !== undefined) this.#resources.set(FlowLogId, ResourceId)
          if (LogGroupName === undefined || LogFormat === undefined) continue
          this.#learn(LogGroupName, LogFormat)
          groups.set(LogGroupName, (groups.get(LogGroupName) ?? 0) + 1)
        }
        token = NextToken
      } while (token !== undefined && token !== '')
      for (const [group, count] of groups)
        if (count > 1)
          this.#log.warn('several flow logs share a log group: an interface that two of them log counts twice', {
            group,
          })
    } catch (error) {
      if (!signal.aborted) this.#log.warn('EC2 does not say which flow logs there are', { error: String(error) })
    }
  }

  /** vpc-, subnet-, eni- or tgw-, by flow-log-id. */
  resourceOf(flowLog: string): string | undefined {
    return this.#resources.get(flowLog)
  }

  formatOf(group: string): Format | undefined {
    return this.#formats.get(group)
  }

  #learn(group: string, text: string): void {
    const read = readLogFormat(text)
    if (read.ok) this.#formats.set(group, read.format)
    else this.#log.warn('a flow log cannot be read', { group, detail: read.detail })
  }

  close(): void {
    this.#client.destroy()
  }
}
