import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Part } from '@weir/contract/parts.ts'
import { type EpochMs, epochMs, type Millis } from '@weir/contract/units.ts'
import { createDirectory, type LabelDirectory } from '../label-directory.ts'
import type { Listing } from '../whole-listing.ts'
import { problemText, readFixedFile } from './file.ts'
import { fileSignature, type Watching, watchFile } from './watch.ts'

export interface FixedOptions {
  /** Fed in place of one of its own, and opened and closed by others; the file must then be of this cluster. */
  readonly further?: { readonly cluster: string; readonly directory: LabelDirectory }
  /** YAML or JSON: docs/directory.md. */
  readonly file: string
  readonly dataDir: string
  readonly now: () => number
  readonly log: (line: string) => void
  readonly horizonMs?: Millis
  /** How often the file is looked at when nothing tells of a change. Default 1,000. */
  readonly pollMs?: number
}

/** Figures of the adapter; both only grow. */
export interface FixedStats {
  readonly fileReadsTotal: number
  /** Changes of the file that were not taken, because it was bad or could not be read. */
  readonly fileRefusedTotal: number
}

/** A directory that is read from a file, and again whenever the file changes. */
export interface FixedDirectory extends Part {
  readonly directory: LabelDirectory
  fileStats(): FixedStats
}

/** @returns a part; its start rejects with every problem of the file, later bad changes keep the last good one. */
export function createFixedDirectory(options: FixedOptions): FixedDirectory {
  return new FileDirectory(options)
}

class FileDirectory implements FixedDirectory {
  readonly name = 'directory'
  readonly directory: LabelDirectory
  readonly #options: FixedOptions
  #watching: Watching | undefined
  #cluster = ''
  #seen = ''
  /** Signature of a content that was refused: not read again before it changes. */
  #refusedContent = ''
  #suspect = ''
  #lastProblem = ''
  #reads = 0
  #refused = 0

  constructor(options: FixedOptions) {
    this.#options = options
    this.directory = options.further?.directory ?? createDirectory({ ...options, instance: randomUUID() })
    this.#cluster = options.further?.cluster ?? ''
  }

  fileStats(): FixedStats {
    return { fileReadsTotal: this.#reads, fileRefusedTotal: this.#refused }
  }

  async start(): Promise<void> {
    const { file, pollMs = 1_000 } = this.#options
    this.#seen = await fileSignature(file)
    const listing = await this.#read()
    if (typeof listing === 'string') throw new Error(listing)
    if (this.#options.further === undefined) this.directory.open()
    this.#cluster = listing.cluster
    this.directory.apply(listing, this.#now())
    this.#watching = watchFile(file, pollMs, () => this.#look())
  }

  async stop(): Promise<void> {
    await this.#watching?.stop()
    if (this.#options.further === undefined) this.directory.close()
  }

  #now(): EpochMs {
    return epochMs(this.#options.now())
  }

  /** A listing, or every problem in words. @throws the system's error */
  async #read(): Promise<Listing | string> {
    const { file } = this.#options
    const result = readFixedFile(await readFile(file, 'utf8'), this.#now())
    this.#reads++
    if (!result.ok) {
      const count = result.problems.length === 1 ? '1 problem' : `${result.problems.length} problems`
      return `${count} in the directory file:\n${problemText(file, result.problems)}`
    }
    const { cluster } = result.listing
    if (this.#cluster === '' || cluster === this.#cluster) return result.listing
    return `${file}: cluster: expected "${this.#cluster}" as at start, found "${cluster}": restart to change it`
  }

  /** Never rejects. What could not be taken is tried again with every look, and told once. */
  async #look(): Promise<void> {
    const before = this.#now()
    let signature = 'not there'
    try {
      signature = await fileSignature(this.#options.file)
      if (signature === this.#seen) return this.directory.advance(this.#cluster, before)
      if (signature === this.#refusedContent) return
      const listing = await this.#read()
      if (typeof listing === 'string') {
        if (this.#refuse(listing, signature)) this.#refusedContent = signature
        return
      }
      const changes = this.directory.apply(listing, this.#now())
      this.#seen = signature
      this.#lastProblem = ''
      this.#options.log(`${this.#options.file} read again, ${changes} changes`)
    } catch (error) {
      this.#refuse(error instanceof Error ? error.message : String(error), signature)
    }
  }

  /** A file that is being written is read half: only what is still bad at the next look is refused. */
  #refuse(problem: string, signature: string): boolean {
    const again = this.#suspect === signature
    this.#suspect = signature
    if (!again || problem === this.#lastProblem) return again
    this.#lastProblem = problem
    this.#refused++
    this.#options.log(`the last good state stays in force; ${problem}`)
    return true
  }
}
