import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { batchHeaders } from '@weir/contract/agent-wire.ts'
import { ENCODING } from '../../../agent/uplink/compress.ts'
import type { BenchCluster } from './cluster.ts'
import { addSums, bodyOf, type NodeWindow, noSums, type Sums } from './windows.ts'

export interface LoadOptions {
  readonly port: number
  readonly cluster: BenchCluster
  readonly windows: readonly NodeWindow[]
  /** Where the first window begins, epoch ms. */
  readonly start: number
  readonly windowMs: number
  /** Requests under way at once. */
  readonly concurrency: number
  /** Rows per second; undefined: as many as the server takes. */
  readonly rate?: number
}

/** What came of a load that is over. */
export interface LoadResult {
  readonly seconds: number
  readonly batches: number
  readonly rows: number
  readonly bodyBytes: number
  /** From sending to the answer, ascending. */
  readonly ackMs: Float64Array
  readonly sums: Sums
  /** End of the newest window. */
  readonly until: number
}

/** Agents' windows, node after node and round after round: one request of a node at a time, like its agent. */
export class Load {
  readonly #options: LoadOptions
  readonly #agent: Agent
  #next = 0

  constructor(options: LoadOptions) {
    this.#options = options
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.concurrency })
  }

  /** Sends for that long, or until `end`; resolves when everything sent is acknowledged. @throws Error on any answer but 200. */
  async run(seconds: number, end?: AbortSignal): Promise<LoadResult> {
    const { windows, cluster, start, windowMs, concurrency, rate } = this.#options
    const began = performance.now()
    const deadline = began + seconds * 1000
    const ackMs: number[] = []
    let [rows, bodyBytes, until, sums] = [0, 0, 0, noSums]
    const work = async () => {
      while (performance.now() < deadline && end?.aborted !== true) {
        const index = this.#next++
        const window = windows[index % windows.length]
        if (window === undefined) return
        const round = Math.floor(index / windows.length)
        const from = start + round * windowMs
        const dueIn = rate === undefined ? 0 : began + (rows / rate) * 1000 - performance.now()
        rows += window.rows.count
        if (dueIn > 0) await delay(dueIn)
        const body = bodyOf(cluster, window, round + 1, from, from + windowMs)
        const sent = performance.now()
        await this.#post(body)
        ackMs.push(performance.now() - sent)
        bodyBytes += body.length
        sums = addSums(sums, window.sums)
        until = Math.max(until, from + windowMs)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, work))
    return {
      seconds: (performance.now() - began) / 1000,
      batches: ackMs.length,
      rows,
      bodyBytes,
      ackMs: Float64Array.from(ackMs).sort(),
      sums,
      until,
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  #post(body: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/octet-stream',
        'content-encoding': ENCODING,
        'content-length': body.length,
        [batchHeaders.sentAt]: Date.now(),
      }
      const options = {
        port: this.#options.port,
        host: '127.0.0.1',
        path: '/agent/v1/batches',
        method: 'POST',
        headers,
      }
      const sent = request({ ...options, agent: this.#agent }, response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('end', () => {
          if (response.statusCode === 200) resolve()
          else reject(new Error(`a batch was answered ${response.statusCode}: ${Buffer.concat(chunks)}`))
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

/** The value below which that share lies; `sorted` ascending. */
export const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
