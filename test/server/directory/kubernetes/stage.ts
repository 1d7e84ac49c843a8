import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { ClusterWatch } from '../../../../server/directory/kubernetes/cluster-watch.ts'
import { connect } from '../../../../server/directory/kubernetes/connection.ts'
import type { RecordChange } from '../../../../server/directory/kubernetes/objects.ts'
import { kubeconfigText } from '../../../kubernetes-api/kubeconfig.ts'
import { nodeObject, podObject } from '../../../kubernetes-api/objects.ts'
import { KubernetesApi } from '../../../kubernetes-api/server.ts'
import { TestClock } from './test-clock.ts'

export interface Stage {
  readonly api: KubernetesApi
  readonly clock: TestClock
  readonly watch: ClusterWatch
  /** All changes that were told so far. */
  readonly changes: readonly RecordChange[]
  readonly lines: readonly string[]
  /** Resolves as soon as it holds; looked at whenever time passes. */
  until(holds: () => boolean): Promise<void>
  /** Resolves once the names of all pods are these. */
  podsAre(...names: string[]): Promise<void>
}

export interface StageOptions {
  readonly labelKeys?: readonly string[]
  /** Before the watch starts. */
  readonly prepare?: (api: KubernetesApi) => void
  /** Token in a file, as a pod has it. */
  readonly tokenFile?: string
  /** False: the watch is started, but what it does is left to the test. */
  readonly waitForSync?: boolean
}

/** An API server with a node and two pods, and a watch on it that has seen them. */
export async function stage(t: TestContext, options: StageOptions = {}): Promise<Stage> {
  const { labelKeys = [], prepare, tokenFile, waitForSync = true } = options
  const api = new KubernetesApi()
  await api.listen()
  api.put('nodes', nodeObject('node-a', '10.20.1.1', 'us-east-1a'))
  api.put('pods', podObject({ name: 'web-0', addresses: ['10.244.1.10'] }))
  api.put('pods', podObject({ name: 'cart-0', addresses: ['10.244.1.20'] }))
  prepare?.(api)
  const folder = await mkdtemp(join(tmpdir(), 'weir-kubernetes-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigText({ server: api.url, ...(tokenFile !== undefined && { tokenFile }) }))
  const connection = connect({ kubeconfig })
  const waiting = new Set<() => void>()
  const clock = new TestClock(() => {
    for (const each of waiting) each()
  })
  const changes: RecordChange[] = []
  const lines: string[] = []
  const watch = new ClusterWatch({
    connection,
    clock,
    labelKeys,
    listener: { onSynced: () => {}, onChanges: batch => void changes.push(...batch), onCurrent: () => {} },
    log: line => void lines.push(line),
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
  t.after(async () => {
    await watch.stop()
    connection.close()
    await api.close()
    await rm(folder, { recursive: true })
  })
  watch.start()
  if (waitForSync) await until(() => watch.isSynced && api.watches('pods').length === 1)
  const podsAre = (...names: string[]) =>
    until(
      () =>
        Array.from(watch.maps.pods.values(), ({ name }) => name)
          .sort()
          .join() === names.sort().join(),
    )
  return { api, clock, watch, changes, lines, until, podsAre }
}
