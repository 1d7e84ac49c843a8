import { gateRoute } from '../../../../server/api/gate-route.ts'
import { rolloutRoute } from '../../../../server/api/rollout-route.ts'
import { rolloutsRoute } from '../../../../server/api/rollout-routes.ts'
import { dashboardRoutes } from '../../../../server/dashboard.ts'
import { createListener, dashboardApp } from '../../../../server/http.ts'
import { RolloutAnswers, type RolloutAnswersParts } from '../../../../server/rollouts/readings/rollout-answers.ts'
import { bearer, guardedDoor, type tokens } from '../../access/people.ts'
import { openTown, type Town } from './town.ts'

export interface ServedTown extends AsyncDisposable {
  readonly town: Town
  get(path: string, who?: keyof typeof tokens): Promise<Response>
}

/** Readings over a store with that traffic, over HTTP on loopback, for people with rights. */
export async function serveTown(
  given: Parameters<typeof openTown>[0],
  expectationOf: RolloutAnswersParts['expectationOf'] = () => null,
): Promise<ServedTown> {
  const town = await openTown(given)
  const { readings, traffic } = town
  const kept = () => town.kept
  const now = () => town.kept.sealedUntil
  const within: RolloutAnswersParts['changes']['within'] = ({ from, to }) =>
    town.changes.filter(({ at }) => at >= from && at < to)
  const changes = { within, get: (id: string) => town.changes.find(change => change.id === id) }
  const answers = new RolloutAnswers({ readings, traffic, changes, expectationOf, kept })
  const list = {
    ...{
      changesIn: within,
      readingOf: answers.shown.bind(answers),
      hintsOf: () => null,
      gaps: () => [],
      add: () => true,
      now,
    },
    checks: { clusters: () => ['main'], hasService: () => true },
  }
  const routes = [
    rolloutRoute(answers),
    rolloutsRoute(list),
    gateRoute({ traffic, kept, now, clusters: () => ['main', 'spare'] }),
  ]
  const access = guardedDoor(now)
  const nothing = () => {}
  const served = dashboardRoutes({
    ...{ access, routes, writes: [], version: '0', webDir: '/nowhere', now, log: nothing, onBadQuery: nothing },
    readiness: () => ({ ready: true, reasons: [] }),
  })
  const app = dashboardApp(served, { access, now, onRefused: nothing }, nothing)
  const listener = createListener('dashboard', { host: '127.0.0.1', port: 0 }, app, nothing)
  await listener.start()
  return {
    town,
    get: (path, who = 'all') => fetch(`http://127.0.0.1:${listener.port()}${path}`, { headers: bearer(who) }),
    [Symbol.asyncDispose]: async () => {
      await listener.stop()
      await town[Symbol.asyncDispose]()
    },
  }
}
