import type { FlowSink, FlowSource, ObservedWindow } from '../../../agent/sources/flow-source.ts'
import type { WatchOrder, WatchStart } from './program-watch.ts'
import type { LabProgram, RouterLab } from './router-lab.ts'

type Told = {
  readonly started?: true
  readonly failed?: string
  readonly window?: ObservedWindow & { readonly checkpoint: { readonly body: string } }
  readonly fatal?: string
  readonly stopped?: true
}

/** Live conntrack of a lab's router: it runs in a process of its own, inside the router's namespace. */
export class RemoteSource implements FlowSource {
  readonly program: LabProgram
  #reading: Promise<void> = Promise.resolve()

  constructor(lab: RouterLab, start: WatchStart, under: readonly string[] = []) {
    this.program = lab.program(lab.router, './program-watch.ts', start, under)
  }

  async start(sink: FlowSink): Promise<void> {
    const first = await this.program.says<Told>()
    // A catch-up window comes before the word that it started.
    if (first.window === undefined && first.started !== true) throw new Error(first.failed ?? 'did not start')
    this.#reading = this.#read(sink, first)
  }

  bind(...bind: Parameters<FlowSource['bind']>): void {
    this.#tell({ bind })
  }

  async stop(): Promise<void> {
    this.#tell({ stop: true })
    await this.#reading
  }

  /** As a node that loses power. */
  async kill(): Promise<void> {
    await this.program.kill('SIGKILL')
    await this.#reading
  }

  async #read(sink: FlowSink, first: Told): Promise<void> {
    for (let told: Told | undefined = first; told !== undefined; told = await this.#next()) {
      if (told.stopped === true) return
      if (told.fatal !== undefined) sink.onFatal(new Error(told.fatal))
      if (told.window === undefined) continue
      const { checkpoint } = told.window
      const body = Buffer.from(checkpoint.body, 'base64')
      try {
        await sink.onWindow({ ...told.window, checkpoint: { ...checkpoint, body } })
        this.#tell({ durable: true })
      } catch (error) {
        this.#tell({ refused: error instanceof Error ? error.message : String(error) })
      }
    }
  }

  async #next(): Promise<Told | undefined> {
    try {
      return await this.program.says<Told>()
    } catch {
      return undefined // it was killed
    }
  }

  #tell(order: WatchOrder): void {
    this.program.tell(order)
  }
}
