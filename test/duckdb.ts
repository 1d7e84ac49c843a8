import { DuckDBInstance } from '@duckdb/node-api'

/** DuckDB apart from Weir's store: it writes the Parquet that Weir reads, and is what Weir's reading is measured against. */
export class Duck implements AsyncDisposable {
  readonly #instance: DuckDBInstance
  readonly #connection: Awaited<ReturnType<DuckDBInstance['connect']>>

  private constructor(instance: DuckDBInstance, connection: Awaited<ReturnType<DuckDBInstance['connect']>>) {
    this.#instance = instance
    this.#connection = connection
  }

  /** In memory, with that many threads. */
  static async open(threads = 1): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) })
    return new Duck(instance, await instance.connect())
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql)
  }

  /** The rows of the answer, a list of values each. */
  async rows(sql: string): Promise<unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRows()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync()
    this.#instance.closeSync()
  }
}

/** A text for SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
