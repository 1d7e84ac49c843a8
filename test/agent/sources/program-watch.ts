// Runs live conntrack in the namespace it was started in. Says {started}, then each window; on "stop": {stopped}.
import { createInterface } from 'node:readline'
import { LiveConntrack, type LiveConntrackOptions, type Resume } from '../../../agent/sources/live-conntrack.ts'

interface Start {
  readonly options: Omit<LiveConntrackOptions, 'resume'>
  readonly resume?: { pieces: string[]; windowTo: number }
}

const say = (what: unknown): void => console.log(JSON.stringify(what))
const { options, resume: saved } = JSON.parse(process.argv[2] ?? '{}') as Start
const resume: Resume | undefined = saved && {
  pieces: saved.pieces.map(piece => Buffer.from(piece, 'base64')),
  windowTo: saved.windowTo,
}
const source = new LiveConntrack({ ...options, ...(resume && { resume }), log: text => console.error(text) })
createInterface({ input: process.stdin }).on('line', line => {
  const { bind } = JSON.parse(line) as { bind?: number }
  if (bind !== undefined) source.bind(bind)
  else
    void source.stop().then(() => {
      say({ stopped: true })
      process.exit()
    })
})
await source.start({
  async onWindow(window) {
    const checkpoint = { ...window.checkpoint, body: Buffer.from(window.checkpoint.body).toString('base64') }
    say({ ...window, checkpoint })
  },
  onFatal(error) {
    say({ fatal: error.message })
    process.exit(1)
  },
})
say({ started: true })
