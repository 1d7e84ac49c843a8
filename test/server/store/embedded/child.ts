import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface ChildLine {
  readonly started?: boolean
  readonly damage?: readonly string[]
  readonly sealedUntil?: number | null
  readonly committed?: number
  readonly failed?: boolean
  readonly code?: string
  readonly message?: string
}

/** store-child.ts, running: its lines as they come, and its end. */
export class StoreChild implements AsyncDisposable {
  readonly #child: ReturnType<typeof spawn>
  readonly #lines: AsyncIterator<string>
  readonly ended: Promise<unknown>

  constructor(...args: readonly string[]) {
    const program = join(import.meta.dirname, 'store-child.ts')
    this.#child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.ended = once(this.#child, 'exit')
    if (this.#child.stdout === null) throw new Error('a child without stdout')
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** undefined: it has said everything. */
  async next(): Promise<ChildLine | undefined> {
    const { value, done } = await this.#lines.next()
    return done ? undefined : JSON.parse(value)
  }

  /** Everything it still says. */
  async rest(): Promise<ChildLine[]> {
    const lines: ChildLine[] = []
    for (let line = await this.next(); line !== undefined; line = await this.next()) lines.push(line)
    return lines
  }

  /** Ends its input, which it takes as a request to stop. */
  release(): void {
    this.#child.stdin?.end()
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill()
    await this.ended
  }
}
