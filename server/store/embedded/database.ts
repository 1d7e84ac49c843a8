import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { StorageError } from '../flow-store.ts'
import { isWalFault, storageError } from './faults.ts'
import { setLogAside } from './log-damage.ts'
import { ProcessLock } from './process-lock.ts'

export interface DatabaseOptions {
  /** Folder of the data: made when it is missing. */
  readonly directory: string
  /** What the engine may use for buffers, in its own words: "512MB". The process needs about 300 MB more. */
  readonly memoryLimit: string
}

const FILE = 'weir.duckdb'
export const databaseFile = (directory: string): string => join(directory, FILE)
export const walFile = (directory: string): string => join(directory, `${FILE}.wal`)

/**
 * DuckDB opens one file twice in one process without complaint, and each instance is blind to the other's commits
 * (storage facts: split brain). This is the only place that opens one, and it keeps count.
 */
const opened = new Set<string>()

/** The one engine on one folder. */
export class Database {
  readonly #directory: string
  readonly #instance: DuckDBInstance
  readonly #lock: ProcessLock

  private constructor(directory: string, instance: DuckDBInstance, lock: ProcessLock) {
    this.#directory = directory
    this.#instance = instance
    this.#lock = lock
  }

  /** @throws StorageError held by another process, disk full, unavailable, or broken: then the process should restart. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const directory = resolve(options.directory)
    if (opened.has(directory))
      throw new StorageError('held by another process', `${directory} is open in this process already`)
    opened.add(directory)
    try {
      mkdirSync(directory, { recursive: true })
      const lock = ProcessLock.take(join(directory, 'server.lock'))
      try {
        return new Database(directory, await openEngine(directory, options), lock)
      } catch (error) {
        lock.release()
        throw error
      }
    } catch (error) {
      opened.delete(directory)
      throw storageError(error, `opening the store in ${directory}`)
    }
  }

  connect(): Promise<DuckDBConnection> {
    return this.#instance.connect()
  }

  /** All connections must be closed and idle. */
  close(): void {
    this.#instance.closeSync()
    this.#lock.release()
    opened.delete(this.#directory)
  }
}

async function openEngine(directory: string, options: DatabaseOptions): Promise<DuckDBInstance> {
  try {
    const instance = await DuckDBInstance.create(databaseFile(directory), {
      threads: '2',
      memory_limit: options.memoryLimit,
      temp_directory: join(directory, 'tmp'),
      // Checkpoints are asked for after folding (upkeep.ts), when most of the log is about tables that are gone.
      checkpoint_threshold: '1GB',
      // Grouped sums have no order to keep; not keeping it saves memory.
      preserve_insertion_order: 'false',
      // Nothing may ever be fetched from outside, and no file but ours be read: by default the engine downloads
      // extensions over plain HTTP as soon as a query names s3:// or ::inet.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      enable_external_access: 'false',
    })
    const connection = await instance.connect()
    await connection.run('SET lock_configuration = true')
    connection.closeSync()
    return instance
  } catch (error) {
    if (isWalFault(error)) throw await setLogAside(walFile(directory), error)
    throw error
  }
}
