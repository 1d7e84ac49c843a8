import type { TestContext } from 'node:test'
import { ClusterWatch } from '../../../../server/directory/kubernetes/cluster-watch.ts'
import { connect } from '../../../../server/directory/kubernetes/connection.ts'
import type { RecordChange, Resource } from '../../../../server/directory/kubernetes/objects.ts'
import { nodeObject, podObject } from '../../../kubernetes-api/objects.ts'
import type { KubernetesApi } from '../../../kubernetes-api/server.ts'
import { type ApiWorld, apiWorld } from './api-world.ts'

export interface Stage extends ApiWorld {
  readonly watch: ClusterWatch
  /** All changes that were told so far. */
  readonly changes: readonly RecordChange[]
  readonly lines: readonly string[]
  /** Resolves once the names of all pods are these. */
  podsAre(...names: string[]): Promise<void>
}

export interface StageOptions {
  readonly labelKeys?: readonly string[]
  readonly extras?: readonly Resource[]
  /** Before the watch starts. */
  readonly prepare?: (api: KubernetesApi) => void
  /** Token in a file, as a pod has it. */
  readonly tokenFile?: string
  /** False: the watch is started, but what it does is left to the test. */
  readonly waitForSync?: boolean
}

/** An API server with a node and two pods, and a watch on it that has seen them. */
export async function stage(t: TestContext, options: StageOptions = {}): Promise<Stage> {
  const { labelKeys = [], extras = [], prepare, tokenFile, waitForSync = true } = options
  const { api, kubeconfig, clock, until } = await apiWorld(t, tokenFile === undefined ? {} : { tokenFile })
  api.put('nodes', nodeObject('node-a', '10.20.1.1', 'us-east-1a'))
  api.put('pods', podObject({ name: 'web-0', addresses: ['10.244.1.10'] }))
  api.put('pods', podObject({ name: 'cart-0', addresses: ['10.244.1.20'] }))
  prepare?.(api)
  const connection = connect({ kubeconfig })
  const changes: RecordChange[] = []
  const lines: string[] = []
  const watch = new ClusterWatch({
    connection,
    clock,
    labelKeys,
    extras,
    listener: { onSynced: () => {}, onChanges: batch => void changes.push(...batch), onCurrent: () => {} },
    log: line => void lines.push(line),
  })
  t.after(async () => {
    await watch.stop()
    connection.close()
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
  return { api, kubeconfig, clock, until, watch, changes, lines, podsAre }
}
