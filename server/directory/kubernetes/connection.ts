import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'

export interface ConnectionOptions {
  /** File; '' = the service account of the pod we run in. */
  readonly kubeconfig: string
  /** Of the kubeconfig; its current one when left out. */
  readonly context?: string
}

export interface Question {
  readonly method: 'GET' | 'POST'
  /** From the root of the API, with its query. */
  readonly path: string
  readonly accept: string
  /** JSON. */
  readonly body?: string
  readonly signal: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly retryAfterMs: number | undefined
  /** Ends with an error when the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>
}

/** Requests to one API server. */
export interface Connection {
  /** Resolves with the head of any answer. @throws Error when none came. */
  ask(question: Question): Promise<Answer>
  /** The credentials at hand were refused: the next request reads them anew. */
  renew(): void
  close(): void
}

/** @throws Error when the kubeconfig cannot be read or names no cluster. */
export function connect(options: ConnectionOptions): Connection {
  return new KubernetesConnection(options)
}

/** TCP keep-alive, under the 60 s after which load balancers of AWS forget an idle connection by default. */
const KEEP_ALIVE = { keepAlive: true, keepAliveMsecs: 30_000 }

class KubernetesConnection implements Connection {
  readonly #options: ConnectionOptions
  readonly #http = new HttpAgent(KEEP_ALIVE)
  readonly #https = new HttpsAgent(KEEP_ALIVE)
  #config: KubeConfig | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#config = load(options)
  }

  /**
   * Credentials are applied to every request: tokens rotate, and exec credentials end. The client's own agent would
   * keep the certificates of the first request for ever, so that ours, which keeps none, is used where no proxy is.
   */
  async ask({ method, path, accept, body, signal }: Question): Promise<Answer> {
    this.#config ??= load(this.#options)
    const cluster = this.#config.getCurrentCluster()
    if (cluster === null) throw new Error('the kubeconfig names no cluster')
    const options: RequestOptions = { headers: {} }
    await this.#config.applyToHTTPSOptions(options)
    const url = new URL(cluster.server.replace(/\/$/, '') + path)
    const isHttps = url.protocol === 'https:'
    const headers = {
      ...options.headers,
      accept,
      'user-agent': 'weir',
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    }
    const agent = cluster.proxyUrl ? options.agent : isHttps ? this.#https : this.#http
    const all: RequestOptions = { ...options, agent, method, headers, signal }
    return new Promise((resolve, reject) => {
      const request = (isHttps ? requestHttps : requestHttp)(url, all, message => resolve(answerOf(message)))
      request.on('error', reject)
      request.end(body)
    })
  }

  renew(): void {
    this.#config = undefined
  }

  close(): void {
    this.#http.destroy()
    this.#https.destroy()
  }
}

function load({ kubeconfig, context }: ConnectionOptions): KubeConfig {
  const config = new KubeConfig()
  if (kubeconfig === '') config.loadFromCluster()
  else config.loadFromFile(kubeconfig)
  if (context !== undefined) config.setCurrentContext(context)
  const server = config.getCurrentCluster()?.server
  const where = kubeconfig === '' ? 'the service account of this pod' : kubeconfig
  if (server === undefined) throw new Error(`${where}: no cluster for context "${config.getCurrentContext()}"`)
  if (!URL.canParse(server)) throw new Error(`${where}: no API server at "${server}": not inside a cluster?`)
  return config
}

function answerOf(message: IncomingMessage): Answer {
  const seconds = Number(message.headers['retry-after'])
  return {
    status: message.statusCode ?? 0,
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined,
    body: message,
  }
}
