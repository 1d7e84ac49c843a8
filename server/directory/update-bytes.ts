import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { AgentUpdate } from './agent-update.ts'
import type { Shared } from './broadcasts.ts'

const pack = promisify(gzip)
/** Below this an answer fits one packet anyhow. */
const PACK_FROM_BYTES = 1_400
/** From here on the shared part is packed once and kept for the next agent that is told the same. */
const KEEP_FROM_BYTES = 16 * 1_024

/** A body in pieces. `packed`: as gzip. */
export interface Body {
  readonly pieces: readonly Buffer[]
  readonly packed: boolean
}

/** @param packs whether the asker understands gzip */
export async function packedBody(text: string, packs: boolean): Promise<Body> {
  const plain = Buffer.from(text)
  if (!packs || plain.length < PACK_FROM_BYTES) return { pieces: [plain], packed: false }
  return { pieces: [await pack(plain, { level: 1 })], packed: true }
}

/**
 * Updates as bytes. Thousands of agents that begin anew are told the same nodes and Services: that part is written and
 * packed once. A gzip body may consist of several members one after the other (RFC 1952 section 2.2).
 */
export class UpdateBytes {
  readonly #texts = new WeakMap<Shared, string>()
  readonly #packed = new WeakMap<Shared, Promise<Buffer>>()

  async of(update: AgentUpdate, packs: boolean): Promise<Body> {
    const { shared } = update
    const text = this.#textOf(shared)
    const own = ownText(update)
    if (text.length < KEEP_FROM_BYTES) return await packedBody(own + text, packs)
    if (!packs) return { pieces: [Buffer.from(own), Buffer.from(text)], packed: false }
    return { pieces: await Promise.all([pack(own, { level: 1 }), this.#packedOf(shared, text)]), packed: true }
  }

  #textOf(shared: Shared): string {
    const known = this.#texts.get(shared)
    if (known !== undefined) return known
    const { labels, services, subnets } = shared
    const rest = `"services":${JSON.stringify(services)},"subnets":${JSON.stringify(subnets)}}`
    const text = `${JSON.stringify(labels).slice(1)},${rest}`
    this.#texts.set(shared, text)
    return text
  }

  #packedOf(shared: Shared, text: string): Promise<Buffer> {
    const known = this.#packed.get(shared)
    if (known !== undefined) return known
    // Read by thousands: worth the better level.
    const packed = pack(text, { level: 6 })
    this.#packed.set(shared, packed)
    return packed
  }
}

/** Everything up to the shared labels, which `labels` ends with. */
function ownText({ own: { own, ...rest }, shared }: AgentUpdate): string {
  const labels = JSON.stringify(own).slice(1, -1)
  return `${JSON.stringify(rest).slice(0, -1)},"labels":[${labels}${labels !== '' && shared.labels.length > 0 ? ',' : ''}`
}
