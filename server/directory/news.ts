import { canonicalAddress, isPublic, parseAddress } from '@weir/contract/addresses.ts'
import type { LabelAnswer } from '@weir/contract/directory-wire.ts'
import type { Label } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { AgentUpdate } from './agent-update.ts'
import { Broadcasts } from './broadcasts.ts'
import type { Cluster, Told } from './cluster.ts'
import { Interest } from './interest.ts'
import type { Entry } from './intervals.ts'
import { isNews, RECENT_MS } from './recent.ts'

/** So many changed labels are remembered per node; of a node that has missed more, all that it follows is looked at. */
const MOST_RECENT = 64

/** What changed lately for one node, oldest first. */
interface NodeNews {
  recent: Entry[]
  /** Number of the last change that only it (and those who asked) must know. */
  change: number
  /** Changes up to this one are not in `recent` any more. */
  missing: number
}

/**
 * What the agents of one cluster are told. A cursor is the number of a change, and every label carries the number of
 * its last one: an agent that is slow, or away for a day, costs no queue.
 */
export class News {
  readonly #cluster: Cluster
  readonly #interest = new Interest()
  readonly #broadcasts: Broadcasts
  readonly #nodes = new Map<string, NodeNews>()
  /** A subnet that ended or an entry that was forgotten cannot be told as news: older cursors begin anew. */
  #resetChange = 0

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#broadcasts = new Broadcasts(cluster)
  }

  /** Something began, ended or changed. */
  note(told: Told, change: number): void {
    this.#broadcasts.note(told, change)
    if (told.kind === 'subnet' && told.ended) this.#resetChange = change
    if (told.kind !== 'label') return
    const { label } = told.entry
    if (label.peer.kind === 'pod' && label.node !== undefined) this.#noteFor(label.node, told.entry, change)
    for (const node of this.#interest.nodes(label.address))
      if (node !== label.node) this.#noteFor(node, told.entry, change)
  }

  /** What changed last with this number is forgotten. */
  forgot(change: number): void {
    this.#resetChange = Math.max(this.#resetChange, change)
  }

  #noteFor(node: string, entry: Entry, change: number): void {
    const news = this.#nodes.get(node)
    if (news === undefined) {
      this.#nodes.set(node, { recent: [entry], change, missing: 0 })
      return
    }
    news.change = change
    news.recent.push(entry)
    if (news.recent.length <= MOST_RECENT) return
    news.missing = Math.max(news.missing, ...news.recent.slice(0, MOST_RECENT / 2).map(one => one.change))
    news.recent = news.recent.slice(MOST_RECENT / 2)
  }

  /** See Directory.newsFor. Whoever begins anew is told what all are told: it is most of it by far. */
  kindOfNews(node: string, since: number | undefined): 'none' | 'shared' | 'own' {
    if (since === undefined) return 'shared'
    if ((this.#nodes.get(node)?.change ?? 0) > since) return 'own'
    return this.#broadcasts.change > since ? 'shared' : 'none'
  }

  /**
   * Everything after change `since`; undefined = all there is. `now`: number of the last change of all; `cursorOf` makes
   * a cursor of the change up to which everything is told.
   */
  update(node: string, since: number | undefined, now: number, cursorOf: (change: number) => string): AgentUpdate {
    const { watermark = epochMs(0) } = this.#cluster
    const isKnown = since !== undefined && since >= this.#resetChange
    const after = isKnown && this.#broadcasts.reaches(since) ? since : undefined
    const shared = after === undefined ? this.#broadcasts.all(now) : this.#broadcasts.after(after)
    const entries = this.#ownAfter(node, after)
    const part = {
      cursor: cursorOf(after === undefined ? shared.change : now),
      reset: after === undefined,
      watermark,
      nodeAddresses: this.#cluster.nodeAddresses(node),
      declaredPorts: entries.flatMap(({ label, ports }) =>
        label.node === node ? ports.map(port => ({ label: label.id, ...port })) : [],
      ),
      own: entries.map(({ label }) => label),
    }
    return new AgentUpdate(part, shared)
  }

  /** Labels of the node's pods, and of what it asked for; nodes are told to all. */
  #ownAfter(node: string, after: number | undefined): Entry[] {
    const news = this.#nodes.get(node)
    if (after !== undefined && after >= (news?.missing ?? 0)) {
      if (news === undefined || news.change <= after) return []
      // Whoever asks with a cursor has what lies before it.
      news.recent = news.recent.filter(({ change }) => change > after)
      news.missing = after
      return [...new Set(news.recent)].filter(isNoNode)
    }
    const { podsByNode, intervals, watermark } = this.#cluster
    const followed = [...this.#interest.addresses(node)].flatMap(address => intervals.of(address))
    const entries = new Set([...(podsByNode.get(node) ?? []), ...followed])
    return [...entries].filter(
      entry => isNoNode(entry) && isNews(entry.change, entry.label.to, after, watermark ?? epochMs(0)),
    )
  }

  /**
   * The labels of these addresses that hold or ended lately, with those of single ports. What is private is followed
   * even while nobody is known there; the public internet is not.
   */
  answer(node: string, addresses: readonly string[], now: EpochMs): LabelAnswer {
    const labels: Label[] = []
    const unknown: string[] = []
    for (const text of new Set(addresses)) {
      const address = canonicalAddress(text) ?? text
      const useful: Label[] = []
      for (const { label } of this.#cluster.intervals.of(address))
        if (label.to === null || label.to >= now - RECENT_MS) useful.push(label)
      labels.push(...useful)
      if (useful.length === 0) unknown.push(text)
      // The label's own text of it, which lives anyway: a question brings another for each who asks.
      if (useful.length > 0 || isPrivate(address)) this.#interest.note(node, useful[0]?.address ?? address, now)
    }
    return { watermark: this.#cluster.watermark ?? epochMs(0), labels, unknown }
  }
}

const isNoNode = ({ label }: Entry): boolean => label.peer.kind !== 'node'

function isPrivate(address: string): boolean {
  const bytes = parseAddress(address)
  return bytes !== undefined && !isPublic(bytes)
}
