import { directions, type FlowLogBatch } from '@weir/contract/flow-log-wire.ts'

export type Direction = 'egress' | 'ingress'

/** Whether an interface has this address; undefined: nobody knows its addresses. */
export type HasAddress = (interfaceIndex: number, address: string) => boolean | undefined

/**
 * Tells for each row whether its interface sent or received it; undefined where nothing tells. Formats before version 5
 * do not say. Then the end that is the interface's own address decides: by the VPC's map, else the one address that all
 * of the interface's rows have in common (srcaddr of what it sends and dstaddr of what it gets are its primary one).
 */
export function directionsOf(batch: FlowLogBatch, hasAddress: HasAddress): (row: number) => Direction | undefined {
  const { rows, addresses } = batch
  const ofItself = new Map<number, Set<number>>()
  const unknown = directions.indexOf('unknown')
  for (let row = 0; row < rows.count; row++) {
    if (rows.direction[row] !== unknown) continue
    const both = [rows.source[row] ?? 0, rows.destination[row] ?? 0]
    const known = ofItself.get(rows.interface[row] ?? 0)
    ofItself.set(rows.interface[row] ?? 0, new Set(both.filter(address => known?.has(address) ?? true)))
  }
  const isOwn = (row: number, address: number): boolean => {
    const logger = rows.interface[row] ?? 0
    const said = hasAddress(logger, addresses[address] ?? '')
    if (said !== undefined) return said
    const common = ofItself.get(logger)
    return common?.size === 1 && common.has(address)
  }
  return row => {
    const said = directions[rows.direction[row] ?? unknown]
    if (said === 'egress' || said === 'ingress') return said
    const sent = isOwn(row, rows.source[row] ?? 0)
    const received = isOwn(row, rows.destination[row] ?? 0)
    return sent === received ? undefined : sent ? 'egress' : 'ingress'
  }
}
