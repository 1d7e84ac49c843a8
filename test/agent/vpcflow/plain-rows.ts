import { directions, type FlowLogBatch, initiators, NO_NEXT_HOP } from '@weir/contract/flow-log-wire.ts'
import type { ObjectBatch } from '../../../agent/vpcflow/batch.ts'
import { readHeader, readLogFormat } from '../../../agent/vpcflow/format.ts'
import { readText } from '../../../agent/vpcflow/read-text.ts'

/** A row of a batch with its indexes looked up. */
export interface PlainRow {
  readonly minute: number
  readonly interface: string
  readonly zone: string | undefined
  readonly source: string
  readonly destination: string
  readonly packetSource: string
  readonly packetDestination: string
  readonly direction: string
  readonly initiator: string
  readonly port: number
  readonly protocol: number
  readonly path: number
  readonly nextHop: unknown
  readonly bytes: number
  readonly packets: number
  readonly flows: number
}

type Batch = Pick<FlowLogBatch, 'interfaces' | 'addresses' | 'nextHops' | 'rows'>

export function plainRows({ interfaces, addresses, nextHops, rows }: Batch): PlainRow[] {
  const at = (column: ArrayLike<number>, row: number): number => column[row] ?? Number.NaN
  const address = (column: ArrayLike<number>, row: number): string => addresses[at(column, row)] ?? '?'
  return Array.from({ length: rows.count }, (_, row) => ({
    minute: at(rows.minute, row),
    interface: interfaces[at(rows.interface, row)]?.id ?? '?',
    zone: interfaces[at(rows.interface, row)]?.zoneId,
    source: address(rows.source, row),
    destination: address(rows.destination, row),
    packetSource: address(rows.packetSource, row),
    packetDestination: address(rows.packetDestination, row),
    direction: directions[at(rows.direction, row)] ?? '?',
    initiator: initiators[at(rows.initiator, row)] ?? '?',
    port: at(rows.port, row),
    protocol: at(rows.protocol, row),
    path: at(rows.path, row),
    nextHop: at(rows.nextHop, row) === NO_NEXT_HOP ? undefined : nextHops[at(rows.nextHop, row)],
    bytes: at(rows.bytes, row),
    packets: at(rows.packets, row),
    flows: at(rows.flows, row),
  }))
}

/** All batches of a text, read in chunks of that many bytes. */
export async function batchesOf(
  text: string | Uint8Array,
  options: { format?: string; committed?: number; chunk?: number } = {},
) {
  const bytes = Buffer.from(text)
  const { format, committed = 0, chunk = 7 } = options
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
  }
  const read = format === undefined ? undefined : readLogFormat(format)
  if (read?.ok === false) throw new Error(read.detail)
  const batches: ObjectBatch[] = []
  for await (const batch of readText(chunks(), {
    committed,
    format: read?.format,
    isWhole: true,
    onFormat: () => {},
  }))
    batches.push(batch)
  return batches
}

/** Rows of a text of few records: header, then lines. */
export async function rowsOf(header: string, ...lines: readonly string[]): Promise<PlainRow[]> {
  const read = readHeader(header)
  if (!read.ok) throw new Error(read.detail)
  return (await batchesOf([header, ...lines].join('\n'))).flatMap(plainRows)
}
