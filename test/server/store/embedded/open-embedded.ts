import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedStore } from '../../../../server/store/embedded/embedded-store.ts'
import type { EmbeddedOptions } from '../../../../server/store/embedded/options.ts'
import type { FlowStore, Recovered } from '../../../../server/store/flow-store.ts'
import type { StoreUnderTest } from '../../../contracts/store-under-test.ts'

export interface EmbeddedUnderTest extends StoreUnderTest {
  readonly directory: string
}

/** A started store in a folder of its own, which goes away with it. Folds at every maintain, to make much of little. */
export async function openEmbedded(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedUnderTest> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'weir-store-')))
  const make = () => new EmbeddedStore({ directory, onBroken: raise, foldEveryMs: 0, commitEveryMs: 0, ...options })
  let store: FlowStore = make()
  let recovered: Recovered = await store.start()
  return {
    directory,
    get store() {
      return store
    },
    get recovered() {
      return recovered
    },
    async restart() {
      await store.stop()
      store = make()
      recovered = await store.start()
      return store
    },
    async [Symbol.asyncDispose]() {
      await store.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function raise(error: Error): never {
  throw error
}
