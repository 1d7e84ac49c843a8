import type { Part } from '@weir/contract/parts.ts'
import type { AgentSettings } from './config.ts'
import type { Log } from './log.ts'
import type { FlowSink, FlowSource } from './sources/flow-source.ts'
import type { Resumption } from './uplink/spool.ts'

export interface SourcePartOptions {
  readonly settings: AgentSettings
  readonly mtu: number
  readonly resume: () => Promise<Resumption | undefined>
  readonly sink: FlowSink
  readonly log: Log
}

/** The source the settings name, as a part. It can be bound before it is started. */
export function sourcePart(options: SourcePartOptions): Part & Pick<FlowSource, 'bind'> {
  let source: FlowSource | undefined
  const binds: Parameters<FlowSource['bind']>[] = []
  return {
    name: `${options.settings.source} source`,
    bind(...bind) {
      if (source === undefined) binds.push(bind)
      source?.bind(...bind)
    },
    async start() {
      source = await open(options)
      for (const bind of binds) source.bind(...bind)
      await source.start(options.sink)
    },
    async stop() {
      await source?.stop()
    },
  }
}

/** Only the source in use is loaded: the other one would be resident memory for nothing. */
async function open({ settings, mtu, resume, log }: SourcePartOptions): Promise<FlowSource> {
  const { windowMs, dumpEveryMs, manageSysctls, cpuShare, recording, recordTo } = settings
  const say = (text: string): void => log.info(text)
  if (settings.source === 'recording') {
    const { Recording } = await import('./sources/recording.ts')
    return new Recording({ file: recording, windowMs, mtu, loop: true, log: say })
  }
  const { LiveConntrack } = await import('./sources/live-conntrack.ts')
  const from = await resume()
  return new LiveConntrack({
    windowMs,
    dumpEveryMs,
    mtu,
    manageSysctls,
    dumpShare: cpuShare,
    ...(from && { resume: from }),
    reload: resume,
    ...(recordTo !== '' && { recordTo }),
    log: say,
  })
}
