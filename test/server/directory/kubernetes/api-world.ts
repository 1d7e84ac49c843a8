import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type KubeconfigFields, kubeconfigText } from '../../../kubernetes-api/kubeconfig.ts'
import { KubernetesApi } from '../../../kubernetes-api/server.ts'
import { TestClock } from './test-clock.ts'

export interface ApiWorld {
  readonly api: KubernetesApi
  /** File. */
  readonly kubeconfig: string
  readonly clock: TestClock
  /** Resolves as soon as it holds; looked at whenever the clock moves. */
  until(holds: () => boolean): Promise<void>
}

/** An API server that ends with the test, the way to it, and a clock. */
export async function apiWorld(t: TestContext, credentials: Partial<KubeconfigFields> = {}): Promise<ApiWorld> {
  const api = new KubernetesApi()
  await api.listen()
  const folder = await mkdtemp(join(tmpdir(), 'weir-kubernetes-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigText({ server: api.url, ...credentials }))
  t.after(async () => {
    await api.close()
    await rm(folder, { recursive: true })
  })
  const waiting = new Set<() => void>()
  const clock = new TestClock(() => {
    for (const look of waiting) look()
  })
  const until = (holds: () => boolean): Promise<void> =>
    new Promise(resolve => {
      const look = (): void => {
        if (!holds()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { api, kubeconfig, clock, until }
}
