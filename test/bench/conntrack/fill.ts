import { sendUdp } from './packets.ts'
import type { BenchSpace } from './space.ts'

/** One flow in five is UDP with real packets, so that its counters can move between two dumps. */
const UDP_SHARE = 0.2

export const udpFlows = (entries: number): number => Math.round(entries * UDP_SHARE)

/** An empty table, then this many entries. @throws Error when the kernel did not keep them all */
export async function fill(space: BenchSpace, entries: number): Promise<void> {
  await space.shell('conntrack -F 2>/dev/null')
  const udp = udpFlows(entries)
  await space.program('./program-fill.ts', { tcp: entries - udp }).says()
  await sendUdp(space, 0, udp)
  const found = await space.entries()
  if (found < entries) throw new Error(`the table has ${found} entries, not ${entries}: is nf_conntrack_max too low?`)
}

/** One packet more on every UDP flow. */
export const touch = (space: BenchSpace, entries: number): Promise<unknown> => sendUdp(space, 0, udpFlows(entries))
