// Runs live conntrack in the namespace it was started in, for RemoteSource: lines of JSON both ways.
// Says {started} or {failed}, then each window, which waits for {durable} or {refused}; {fatal}; at the end {stopped}.
import { createInterface } from 'node:readline'
import type { EpochMs } from '@weir/contract/units.ts'
import { LiveConntrack, type LiveConntrackOptions, type Resume } from '../../../agent/sources/live-conntrack.ts'

export interface WatchStart {
  readonly options: Omit<LiveConntrackOptions, 'resume'>
  /** Bodies of checkpoint pieces in base64. */
  readonly resume?: { readonly pieces: readonly string[]; readonly windowTo: number }
}

export interface WatchOrder {
  readonly bind?: readonly [binding: number, from: EpochMs]
  readonly durable?: true
  readonly refused?: string
  readonly stop?: true
}

const say = (what: unknown): void => console.log(JSON.stringify(what))
const { options, resume: saved }: WatchStart = JSON.parse(process.argv[2] ?? '{}')
const resume: Resume | undefined = saved && {
  pieces: saved.pieces.map(piece => Buffer.from(piece, 'base64')),
  windowTo: saved.windowTo,
}
let settle: (order: WatchOrder) => void = () => {}
const source = new LiveConntrack({ ...options, ...(resume && { resume }), log: text => console.error(text) })
createInterface({ input: process.stdin }).on('line', line => {
  const order: WatchOrder = JSON.parse(line)
  if (order.bind !== undefined) source.bind(...order.bind)
  else if (order.stop === true)
    void source.stop().then(() => {
      say({ stopped: true })
      process.exit()
    })
  else settle(order)
})
try {
  await source.start({
    async onWindow(window) {
      const checkpoint = { ...window.checkpoint, body: Buffer.from(window.checkpoint.body).toString('base64') }
      const { refused } = await new Promise<WatchOrder>(resolve => {
        settle = resolve
        say({ window: { ...window, checkpoint } })
      })
      if (refused !== undefined) throw new Error(refused)
    },
    onFatal: error => say({ fatal: error.message }),
  })
  say({ started: true })
} catch (error) {
  say({ failed: error instanceof Error ? error.message : String(error) })
}
