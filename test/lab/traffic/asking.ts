import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, isIPv6, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fill } from './answering.ts'
import { HEADER_BYTES, type Order, type Outcome, requestHeader, type Target } from './orders.ts'

type Of<K extends Order['kind']> = Extract<Order, { kind: K }>

/** Connections under way at once: enough to hide a round trip, few enough that a slow server shows as a lower rate. */
const IN_FLIGHT = 64
/** How long a request may take before its connection is given up: longer than any cut the lab makes. */
const PATIENCE_MS = 180_000
const RECONNECT_MS = 500
const STILL_CLOSING_MS = 2
const MOST_TRIES = 500

/** Adds up what became of an order. */
class Tally {
  readonly #startedAt = performance.now()
  completed = 0
  failed = 0
  #failure: string | undefined

  fail(error: unknown): void {
    this.failed++
    this.#failure ??= error instanceof Error ? error.message : String(error)
  }

  outcome(): Outcome {
    const failure = this.#failure === undefined ? {} : { failure: this.#failure }
    return { completed: this.completed, failed: this.failed, ...failure, tookMs: performance.now() - this.#startedAt }
  }
}

const portOf = (target: Target, turn: number): number => target.ports[turn % target.ports.length] ?? 0

function dial(target: Target, turn: number, localPort?: number): Socket {
  const local = localPort === undefined ? {} : { localPort }
  const socket = connect({ host: target.host, port: portOf(target, turn), noDelay: true, ...local })
  socket.on('error', () => {}) // a request under way listens for itself; between requests the next one finds it broken
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)))
  return socket
}

/** One request and its whole answer; with `serverCloses` also the end of the connection. */
async function ask(socket: Socket, target: Target, serverCloses: boolean): Promise<void> {
  if (socket.destroyed) throw new Error('the connection broke between two requests')
  const answered = new Promise<void>((resolve, reject) => {
    let left = target.down
    const finish = (error?: Error) => {
      socket.off('data', onData).off('error', finish).off('close', onClose)
      if (error === undefined) resolve()
      else reject(error)
    }
    const onData = (data: Buffer) => {
      left -= data.length
      if (left <= 0 && !serverCloses) finish()
    }
    const onClose = () => finish(left > 0 ? new Error(`closed with ${left} bytes to come`) : undefined)
    socket.on('data', onData).on('error', finish).on('close', onClose)
  })
  answered.catch(() => {}) // awaited below; until then a failure must not count as unhandled
  socket.write(requestHeader(target.up, target.down, serverCloses))
  await fill(socket, target.up - HEADER_BYTES)
  if (target.down > 0 || serverCloses) await answered
}

/** Requests on one connection. An endless order dials again when its connection breaks; a counted one fails. */
export async function exchange(order: Of<'exchange'>, stop: AbortSignal): Promise<Outcome> {
  const tally = new Tally()
  let socket: Socket | undefined
  for (let turn = 0; !stop.aborted && (order.times === null || turn < order.times); turn++) {
    const due = performance.now() + order.everyMs
    try {
      socket ??= dial(order, turn, order.localPort)
      await ask(socket, order, false)
      tally.completed++
    } catch (error) {
      tally.fail(error)
      socket?.destroy()
      socket = undefined
      if (order.times !== null) break
      await pause(RECONNECT_MS, stop)
    }
    if (order.everyMs > 0) await pause(due - performance.now(), stop)
  }
  if (socket !== undefined) await hangUp(socket)
  return tally.outcome()
}

async function hangUp(socket: Socket): Promise<void> {
  const closed = once(socket, 'close').catch(() => undefined)
  socket.end()
  await closed
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal: stop }).catch(() => undefined)
}

/** UDP from one socket; an answer that never comes is a failure after the pause to the next request. */
export async function datagrams(order: Of<'datagrams'>, stop: AbortSignal): Promise<Outcome> {
  const tally = new Tally()
  const socket = createSocket(isIPv6(order.host) ? 'udp6' : 'udp4')
  const request = Buffer.alloc(order.up)
  requestHeader(order.up, order.down, false).copy(request)
  let answers = 0
  socket.on('message', () => answers++)
  socket.on('error', error => tally.fail(error))
  let turn = 0
  for (; !stop.aborted && (order.times === null || turn < order.times); turn++) {
    socket.send(request, portOf(order, turn), order.host)
    await pause(Math.max(order.everyMs, 1), stop)
  }
  await pause(200, stop) // for the last answers: the lab has no link slower than this
  socket.close()
  tally.completed = order.down > 0 ? Math.min(answers, turn) : turn
  for (let lost = turn - tally.completed; lost > 0; lost--) tally.fail('no answer')
  return tally.outcome()
}

/** A new connection per request, as even as timers allow, at most IN_FLIGHT at once. */
export async function connections(order: Of<'connections'>, stop: AbortSignal): Promise<Outcome> {
  const tally = new Tally()
  const startedAt = performance.now()
  const wide = order.localPort === undefined ? IN_FLIGHT : 1
  let underWay = 0
  let onEnd = () => {}
  const anEnd = () => new Promise<void>(resolve => (onEnd = resolve))
  for (let turn = 0; !stop.aborted && (order.times === null || turn < order.times); turn++) {
    while (underWay >= wide) await anEnd()
    const ahead = startedAt + (turn * 1000) / order.perSecond - performance.now()
    if (ahead > 2) await pause(ahead, stop)
    underWay++
    void oneConnection(order, turn, tally).then(() => {
      underWay--
      onEnd()
    })
  }
  while (underWay > 0) await anEnd()
  return tally.outcome()
}

async function oneConnection(order: Of<'connections'>, turn: number, tally: Tally): Promise<void> {
  const serverCloses = order.localPort !== undefined
  for (let tries = 1; ; tries++) {
    const socket = dial(order, turn, order.localPort)
    try {
      await ask(socket, order, serverCloses)
      if (!serverCloses) await hangUp(socket)
      tally.completed++
      return
    } catch (error) {
      socket.destroy()
      if (tries < MOST_TRIES && isPortStillClosing(error)) await delay(STILL_CLOSING_MS)
      else return tally.fail(error)
    }
  }
}

// A port can be opened again when the other side has acknowledged the end of its last connection, which is a moment
// after this side has heard of it. Nothing was sent then.
const isPortStillClosing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRNOTAVAIL' || error.code === 'EADDRINUSE')
