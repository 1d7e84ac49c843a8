import type { Lab } from './lab.ts'
import { switchPort } from './net/plan.ts'
import { TRUTH_SETS, TRUTH_TABLE } from './net/truth-rules.ts'

/** IP bytes and frames that crossed the middle switch one way between two addresses. */
export interface WireCount {
  readonly source: string
  readonly destination: string
  /** As nftables names it: tcp, udp, icmp, ipv6-icmp … */
  readonly protocol: string
  readonly bytes: number
  readonly frames: number
}

export interface Truth {
  readonly counts: readonly WireCount[]
  /** Frames larger than the MTU: not 0 means that something was counted as a superpacket and the rest is no truth. */
  readonly oversizeFrames: number
}

/** Reads the counters on the switch's ports (net/truth-rules.ts). They only grow while the lab lives. */
export async function readTruth(lab: Lab): Promise<Truth> {
  return parseTruth(await lab.exec('switch', 'nft', '-j', 'list', 'table', 'netdev', TRUTH_TABLE))
}

/**
 * Reads the output of `nft -j list table` (libnftables-json(5)).
 * @throws Error when it is not what nft 1.0 prints.
 */
export function parseTruth(json: string): Truth {
  const { nftables }: { nftables: NftObject[] } = JSON.parse(json)
  const sets = nftables.flatMap(o => o.set ?? []).filter(s => Object.values<string>(TRUTH_SETS).includes(s.name))
  const oversize = nftables.flatMap(o => o.counter ?? []).find(c => c.name === 'oversize')
  if (sets.length !== 2 || oversize === undefined)
    throw new Error(`no truth table in nft's answer: ${json.slice(0, 80)}`)
  const counts = sets.flatMap(set =>
    (set.elem ?? []).map(({ elem: { val, counter } }) => {
      const [source, destination, protocol] = val.concat
      if (source === undefined || destination === undefined || protocol === undefined)
        throw new Error(`an element of ${set.name} is no (source, destination, protocol): ${JSON.stringify(val)}`)
      return { source, destination, protocol: String(protocol), bytes: counter.bytes, frames: counter.packets }
    }),
  )
  return { counts, oversizeFrames: oversize.packets }
}

interface NftObject {
  readonly set?: { name: string; elem?: { elem: { val: { concat: string[] }; counter: NftCounter } }[] }
  readonly counter?: { name: string } & NftCounter
}

interface NftCounter {
  readonly packets: number
  readonly bytes: number
}

/** What was added between two readings. */
export function since(before: Truth, after: Truth): Truth {
  const key = (c: WireCount) => `${c.source} ${c.destination} ${c.protocol}`
  const old = new Map(before.counts.map(c => [key(c), c]))
  const counts = after.counts.map(c => {
    const was = old.get(key(c))
    return { ...c, bytes: c.bytes - (was?.bytes ?? 0), frames: c.frames - (was?.frames ?? 0) }
  })
  return {
    counts: counts.filter(c => c.frames > 0),
    oversizeFrames: after.oversizeFrames - before.oversizeFrames,
  }
}

/** Sum one way over all pairs of two sets of addresses, ICMP left out. */
export function oneWay(truth: Truth, sources: readonly string[], destinations: readonly string[]) {
  const counts = truth.counts.filter(
    c => sources.includes(c.source) && destinations.includes(c.destination) && !c.protocol.includes('icmp'),
  )
  return { bytes: counts.reduce((sum, c) => sum + c.bytes, 0), frames: counts.reduce((sum, c) => sum + c.frames, 0) }
}

/** Bytes and frames a switch port received, as its interface counts them: with 14 bytes of Ethernet header per frame. */
export async function readPort(lab: Lab, key: string): Promise<{ bytes: number; frames: number }> {
  return parseLink(await lab.exec('switch', 'ip', '-s', '-j', 'link', 'show', 'dev', switchPort(key)))
}

/** Reads the receive side of `ip -s -j link show dev`. @throws Error when the answer has no such counters. */
export function parseLink(json: string): { bytes: number; frames: number } {
  const [link]: { stats64?: { rx?: { bytes: number; packets: number } } }[] = JSON.parse(json)
  const rx = link?.stats64?.rx
  if (rx === undefined) throw new Error(`no receive counters in ip's answer: ${json.slice(0, 80)}`)
  return { bytes: rx.bytes, frames: rx.packets }
}
