import type { ChangeSubject, RoutingChange } from '@weir/contract/rollout-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { ClusterRouting, RoutedService, WorkloadPlacement } from '../cluster-routing.ts'
import { type AspectName, type Aspects, aspectNames, aspects } from './aspects.ts'
import { withId } from './change-id.ts'
import { clusterAspects, isPlanned, workloadAspects } from './cluster-aspects.ts'
import { ingressRules } from './ingress-rules.ts'
import { type Known, knownOf, type ServiceName, seenOf } from './known.ts'
import { meshRules } from './mesh-rules.ts'
import { serviceAspects } from './service-aspects.ts'
import { NONE } from './shown.ts'
import { asksForHints, aspectsIn, type SeenSubject, subjectKey } from './subjects.ts'
import { isStill, observe, still, type Telling, type Turn } from './turn.ts'

/** What a look brought: to be kept together, so that nothing is told twice and nothing is missed. */
export interface Looked {
  readonly changes: readonly RoutingChange[]
  /** Subjects of which something else is to be remembered now. */
  readonly seen: readonly SeenSubject[]
  /** Subjects that need not be remembered any more. */
  readonly forgotten: readonly string[]
}

/** Something new takes so long to come up: until then what follows from that is no change. */
export const YOUNG_MS = 10 * 60_000
/** What is gone for longer is somebody else when it comes again. */
export const GONE_KEPT_MS = 7 * 24 * 3_600_000
/** Of those that are gone; beyond it the oldest go: a test bed may make and delete thousands a day. */
const MOST_GONE = 10_000

/** Services whose endpoints are pods of a workload. */
export type ServicesOf = (placement: WorkloadPlacement) => readonly ServiceName[]

/**
 * Tells changes of one cluster's routing against what was told before. Pure: the moment comes with each state of the
 * cluster, so that nothing is concluded while the watch is blind. A look costs what differs from the last one.
 */
export class Detector {
  readonly #cluster: string
  readonly #servicesOf: ServicesOf
  readonly #known: Map<string, Known>
  /** False where this is the first process that ever looked: then nothing it finds is new. */
  readonly #isRemembered: boolean
  readonly #turning = new Set<Known>()
  /** Oldest first. */
  readonly #gone = new Set<Known>()
  readonly #lost = new Set<Known>()
  /** What other objects say of Services, by namespace and name; what nobody watches is not in it. */
  #beside: { readonly [A in AspectName]?: ReadonlyMap<string, string> } = {}
  #last: Partial<ClusterRouting> = {}
  #look = 0
  #changes: RoutingChange[] = []
  #touched = new Set<Known>()

  constructor(cluster: string, kept: Iterable<SeenSubject>, servicesOf: ServicesOf) {
    this.#cluster = cluster
    this.#servicesOf = servicesOf
    this.#known = new Map(Array.from(kept, seen => [seen.subject, knownOf(seen)]))
    this.#isRemembered = this.#known.size > 0
    const gone = [...this.#known.values()].filter(({ goneAt }) => goneAt !== null)
    for (const known of gone.sort((a, b) => (a.goneAt ?? 0) - (b.goneAt ?? 0))) this.#gone.add(known)
    for (const known of this.#known.values()) if (known.hintsLostAt !== null) this.#lost.add(known)
  }

  /** Services that lost their hints while these are still asked for, and have none since. */
  lostHints(): readonly { readonly subject: string; readonly since: EpochMs }[] {
    return [...this.#lost].flatMap(({ key, told, goneAt, hintsLostAt, canHaveHints }) =>
      hintsLostAt !== null && goneAt === null && canHaveHints && asksForHints(told)
        ? [{ subject: key, since: hintsLostAt }]
        : [],
    )
  }

  look(routing: ClusterRouting): Looked {
    const { nodes, services, workloads, asOf } = routing
    this.#look++
    this.#changes = []
    this.#touched = new Set()
    const last = this.#last
    const isOtherBeside = routing.destinationRules !== last.destinationRules || routing.ingresses !== last.ingresses
    if (isOtherBeside) this.#readBeside(routing)
    if (services !== last.services || isOtherBeside) for (const each of services) this.#service(each, asOf)
    if (workloads !== last.workloads) for (const each of workloads) this.#workload(each, asOf)
    if (nodes !== last.nodes || workloads !== last.workloads) this.#clusterItself(routing)
    if (services !== last.services || isOtherBeside) this.#missed('service ', asOf)
    if (workloads !== last.workloads) this.#missed('workload ', asOf)
    this.#last = routing
    for (const known of this.#turning) this.#await(known, asOf)
    const forgotten = this.#forget(asOf)
    return { changes: this.#changes, seen: Array.from(this.#touched, seenOf), forgotten }
  }

  #service(routed: RoutedService, at: EpochMs): void {
    const { namespace, name } = routed.service
    const subject = { kind: 'service', namespace, name } as const
    const known = this.#changed(routed, subject, at)
    if (known === undefined) return
    const beside: { [A in AspectName]?: string } = {}
    for (const [aspect, texts] of besideIn(this.#beside)) beside[aspect] = texts.get(`${namespace}/${name}`) ?? NONE
    this.#take(known, subject, { ...serviceAspects(routed), ...beside }, () => [{ namespace, name }], at)
  }

  /** They are rarely others: then all Services are looked at. */
  #readBeside({ destinationRules, ingresses }: ClusterRouting): void {
    this.#beside = {
      ...(destinationRules !== undefined && { 'mesh rules': meshRules(destinationRules) }),
      ...(ingresses !== undefined && { ingresses: ingressRules(ingresses) }),
    }
    for (const known of this.#known.values()) known.looked = undefined
  }

  #workload(placement: WorkloadPlacement, at: EpochMs): void {
    if (!isPlanned(placement)) return
    const { namespace, workload } = placement
    const subject = { kind: 'workload', namespace, workload } as const
    const known = this.#changed(placement, subject, at)
    if (known !== undefined)
      this.#take(known, subject, workloadAspects(placement), () => this.#servicesOf(placement), at)
  }

  #clusterItself(routing: ClusterRouting): void {
    const { nodes, services, workloads, asOf } = routing
    const subject = { kind: 'cluster' } as const
    const dns = () =>
      services.flatMap(({ service: { namespace, name } }) =>
        namespace === 'kube-system' && name === 'kube-dns' ? [{ namespace, name }] : [],
      )
    const known = this.#changed(routing, subject, asOf)
    if (known !== undefined) this.#take(known, subject, clusterAspects(nodes, workloads), dns, asOf)
  }

  /** What is known of it; undefined where it is the very object that was looked at last. */
  #changed(looked: object, subject: ChangeSubject, at: EpochMs): Known | undefined {
    const key = subjectKey(subject)
    const known = this.#known.get(key) ?? this.#meet(key, at)
    known.look = this.#look
    if (known.looked === looked && known.goneAt === null) return undefined
    known.looked = looked
    return known
  }

  #take(known: Known, subject: ChangeSubject, seen: Aspects, services: Known['services'], at: EpochMs): void {
    known.subject = subject
    known.canHaveHints = seen.hints !== undefined
    known.services = services
    if (known.goneAt !== null) {
      known.goneAt = null
      this.#gone.delete(known)
      this.#touched.add(known)
    }
    for (const [aspect, text] of aspectsIn(seen)) this.#aspect(known, aspect, text, at)
  }

  #meet(key: string, at: EpochMs): Known {
    const isYoung = this.#look > 1 || this.#isRemembered
    const met = knownOf({ subject: key, told: {}, goneAt: null, hintsLostAt: null })
    const known = { ...met, firstAt: isYoung ? at : undefined }
    this.#known.set(key, known)
    this.#touched.add(known)
    return known
  }

  #aspect(known: Known, name: AspectName, seen: string, at: EpochMs): void {
    const told = known.told[name]
    const aspect = aspects[name]
    const turn = known.turns?.get(name)
    const isYoung = known.firstAt !== undefined && at - known.firstAt < YOUNG_MS
    if (told === undefined || (isYoung && aspect.isOutcome && aspect.differs(told, seen))) {
      known.told = { ...known.told, [name]: seen }
      this.#touched.add(known)
    } else if (turn === undefined && !aspect.differs(told, seen)) {
      if (seen !== told || known.latest?.[name] !== undefined) known.latest = { ...known.latest, [name]: seen }
    } else this.#observe(known, name, turn ?? still, seen, at)
  }

  #observe(known: Known, name: AspectName, before: Turn, seen: string, at: EpochMs): void {
    const told = known.told[name] ?? seen
    const aspect = aspects[name]
    const { turn, telling } = observe(before, aspect, told, seen, at)
    known.turns ??= new Map()
    if (isStill(turn)) known.turns.delete(name)
    else known.turns.set(name, turn)
    if (known.turns.size > 0) this.#turning.add(known)
    else this.#turning.delete(known)
    if (telling !== undefined) this.#tell(known, name, telling)
    else if (!aspect.differs(told, seen)) known.latest = { ...known.latest, [name]: seen }
  }

  #tell(known: Known, name: AspectName, { after, at, times }: Telling): void {
    const { subject } = known
    if (subject === undefined) return
    const before = known.latest?.[name] ?? known.told[name] ?? ''
    const kind = aspects[name].kindOf(before, after)
    const services = known.services().slice(0, 50)
    const change = { cluster: this.#cluster, at, kind, subject, services, before, after, note: '', times }
    this.#changes.push(withId(change))
    known.told = { ...known.told, [name]: after }
    if (known.latest !== undefined) delete known.latest[name]
    if (kind === 'hints set') known.hintsLostAt = null
    if (kind === 'hints lost' && after === NONE && asksForHints(known.told)) known.hintsLostAt = at
    if (known.hintsLostAt === null) this.#lost.delete(known)
    else this.#lost.add(known)
    this.#touched.add(known)
  }

  /** What has not been looked at in this look because it is as before may have settled meanwhile. */
  #await(known: Known, at: EpochMs): void {
    for (const [name, turn] of known.turns ?? [])
      this.#observe(known, name, turn, turn.departed?.text ?? known.latest?.[name] ?? known.told[name] ?? '', at)
  }

  /** Gone are those that the look did not find. */
  #missed(kind: string, at: EpochMs): void {
    for (const known of this.#known.values()) {
      if (known.look === this.#look || known.goneAt !== null || !known.key.startsWith(kind)) continue
      known.goneAt = at
      known.turns = undefined
      this.#turning.delete(known)
      this.#gone.add(known)
      this.#touched.add(known)
    }
  }

  #forget(at: EpochMs): string[] {
    const forgotten: string[] = []
    for (const known of this.#gone) {
      if (this.#gone.size <= MOST_GONE && at - (known.goneAt ?? at) < GONE_KEPT_MS) break
      this.#gone.delete(known)
      this.#lost.delete(known)
      this.#known.delete(known.key)
      this.#touched.delete(known)
      forgotten.push(known.key)
    }
    return forgotten
  }
}

const besideIn = (beside: { readonly [A in AspectName]?: ReadonlyMap<string, string> }) =>
  aspectNames.flatMap(name => (beside[name] === undefined ? [] : [[name, beside[name]] as const]))
