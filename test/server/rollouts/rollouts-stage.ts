import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ChangeSubject, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { watchKubernetes } from '../../../server/directory/kubernetes/kubernetes.ts'
import type { Resource } from '../../../server/directory/kubernetes/objects.ts'
import { createRollouts, LOOK_EVERY_MS, type Rollouts } from '../../../server/rollouts/rollouts.ts'
import { LiveRoutings } from '../../../server/rollouts/routings.ts'
import type { Plural } from '../../kubernetes-api/kinds.ts'
import { nodeObject, serviceObject, sliceObject } from '../../kubernetes-api/objects.ts'
import type { KubernetesApi } from '../../kubernetes-api/server.ts'
import { apiWorld } from '../directory/kubernetes/api-world.ts'
import type { TestClock } from '../directory/kubernetes/test-clock.ts'

export interface RolloutsStage {
  readonly api: KubernetesApi
  readonly clock: TestClock
  /** Of the process that runs now. */
  readonly rollouts: () => Rollouts
  readonly routings: () => LiveRoutings
  readonly dataDir: string
  readonly lines: readonly string[]
  /** What was written has come through the watch; nothing was looked at for that. */
  heard(): Promise<void>
  /** Time passes, and what the watch has heard until then has been looked at. */
  pass(ms?: number): Promise<void>
  /** All that was told, oldest first: "kind subject: before -> after". */
  told(): string[]
  all(): readonly RoutingChange[]
  /** Ends the process; `meanwhile` happens while none runs. */
  restart(meanwhile?: (api: KubernetesApi) => void, extras?: readonly Resource[]): Promise<void>
}

/** A server that watches the test's API server and tells what changed, on a clock that only tests move. */
export async function rolloutsStage(
  t: TestContext,
  prepare: (api: KubernetesApi) => void = () => {},
  wanted: readonly Resource[] = [],
): Promise<RolloutsStage> {
  const { api, kubeconfig, clock, until } = await apiWorld(t)
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-rollouts-'))
  for (const zone of ['a', 'b'])
    api.put('nodes', nodeObject(`node-${zone}`, `10.20.${zone === 'a' ? 1 : 2}.1`, `us-east-1${zone}`))
  prepare(api)
  const lines: string[] = []
  const begin = async (extras: readonly Resource[]) => {
    const routings = new LiveRoutings()
    const looks = { count: 0 }
    const log = (line: string) => void lines.push(line)
    const rollouts = createRollouts({ dataDir, routings, now: () => clock.now(), log })
    routings.onCurrent(() => void looks.count++)
    const listener = routings.listenerOf('prod')
    const watch = watchKubernetes({
      cluster: 'prod',
      kubeconfig,
      labelKeys: [],
      extras,
      listener,
      log: () => {},
      clock,
    })
    await rollouts.start()
    await watch.start()
    const plurals = watched.concat(
      extras.includes('destinationRules') ? 'destinationrules' : [],
      extras.includes('ingresses') ? 'ingresses' : [],
    )
    await until(() => looks.count > 0 && plurals.every(plural => api.watches(plural).length === 1))
    const frames = () => watch.stats().reduce((sum, one) => sum + one.frames, 0)
    const sent = { frames: frames() }
    const forget = api.store.onEvent(() => void sent.frames++)
    const stop = async () => {
      forget()
      await watch.stop()
      await rollouts.stop()
    }
    return { routings, rollouts, looks, stop, isHeard: () => frames() >= sent.frames }
  }
  let run = await begin(wanted)
  t.after(async () => {
    await run.stop()
    await rm(dataDir, { recursive: true })
  })
  /** What was heard is told within one turn, and may be looked at in the next. */
  const turns = (): Promise<void> => {
    const { count } = run.looks
    return until(() => run.looks.count >= count + 3)
  }
  const heard = async () => {
    await until(run.isHeard)
    await turns()
  }
  const pass = async (ms = LOOK_EVERY_MS) => {
    await until(run.isHeard)
    clock.advance(ms)
    await turns()
  }
  const all = () => run.rollouts.changes.within({ from: epochMs(0), to: epochMs(Number.MAX_SAFE_INTEGER) }).toReversed()
  return {
    api,
    clock,
    dataDir,
    lines,
    rollouts: () => run.rollouts,
    routings: () => run.routings,
    heard,
    pass,
    all,
    told: () => all().map(({ kind, subject, before, after }) => `${kind} ${nameOf(subject)}: ${before} -> ${after}`),
    restart: async (meanwhile = () => {}, extras = wanted) => {
      await run.stop()
      meanwhile(api)
      run = await begin(extras)
      assert.ok(run.rollouts.counts().failures === 0)
    },
  }
}

const watched: readonly Plural[] = ['pods', 'nodes', 'services', 'endpointslices', 'replicasets', 'jobs']

export function nameOf(subject: ChangeSubject): string {
  switch (subject.kind) {
    case 'service':
      return `${subject.namespace}/${subject.name}`
    case 'workload':
      return `${subject.namespace}/${subject.workload.kind}/${subject.workload.name}`
    case 'cluster':
      return 'cluster'
  }
}

export const MINUTE = 60_000
export const A = 'us-east-1a'
export const B = 'us-east-1b'

export const put = (
  api: KubernetesApi,
  name: string,
  settings: { annotations?: { [key: string]: string }; spec?: object } = {},
): void => {
  const service = serviceObject(name, '172.20.0.7', 80, 8080)
  const spec = { ...(service.spec as object), ...settings.spec } // serviceObject makes it
  api.put('services', { ...service, metadata: { ...service.metadata, annotations: settings.annotations ?? {} }, spec })
}

/** Two ready endpoints, one in each zone, hinted for it or not. */
export const endpoints = (api: KubernetesApi, service: string, areHinted: boolean): void => {
  const each = [A, B].map((zone, i) => ({
    address: `10.244.${i}.10`,
    pod: `${service}-${i}`,
    zone,
    ...(areHinted && { forZone: zone }),
  }))
  api.put('endpointslices', sliceObject(service, 8080, each))
}
