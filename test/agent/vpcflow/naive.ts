import type { PlainRow } from './plain-rows.ts'

/** One record by AWS's field names; '-' or a missing name: not given. */
export type NaiveRecord = { readonly [field: string]: string }

/** A second reading of the rules, record by record and with strings for keys, to hold the fast one against. */
export function naiveSums(
  records: readonly NaiveRecord[],
): Map<string, readonly [bytes: number, packets: number, flows: number]> {
  const sums = new Map<string, readonly [number, number, number]>()
  for (const record of records) {
    const get = (field: string): string | undefined => (record[field] === '-' ? undefined : record[field])
    if (get('log-status') !== 'OK' || get('action') !== 'ACCEPT') continue
    const [source, destination] = [get('srcaddr') ?? get('pkt-srcaddr'), get('dstaddr') ?? get('pkt-dstaddr')]
    if (source === undefined || destination === undefined) continue
    const number = (field: string): number => Number(get(field) ?? 0)
    const [start, end] = [number('start'), number('end')]
    const isTcp = number('protocol') === 6
    const { initiator, port } = opened(
      isTcp ? number('tcp-flags') : 0,
      number('srcport'),
      number('dstport'),
      isTcp || number('protocol') === 17,
    )
    const seconds = Math.max(1, end - start)
    let [bytesBefore, packetsBefore] = [0, 0]
    for (let minute = Math.floor(start / 60); minute * 60 < start + seconds; minute++) {
      const part = Math.min(1, (minute * 60 + 60 - start) / seconds)
      const bytes = Math.round(number('bytes') * part)
      const packets = Math.round(number('packets') * part)
      const isFirst = minute === Math.floor(start / 60)
      const key = [
        minute,
        get('interface-id'),
        get('az-id'),
        source,
        destination,
        get('pkt-srcaddr') ?? source,
        get('pkt-dstaddr') ?? destination,
        get('flow-direction') ?? 'unknown',
        initiator,
        port,
        number('protocol'),
        number('traffic-path'),
      ].join(' ')
      if (isFirst || bytes > bytesBefore || packets > packetsBefore) {
        const [b, p, f] = sums.get(key) ?? [0, 0, 0]
        sums.set(key, [b + bytes - bytesBefore, p + packets - packetsBefore, f + (isFirst ? 1 : 0)])
      }
      ;[bytesBefore, packetsBefore] = [bytes, packets]
    }
  }
  return sums
}

function opened(flags: number, from: number, to: number, hasPorts: boolean) {
  if (!hasPorts) return { initiator: 'unknown', port: 0 }
  if (flags === 2 || flags === 3) return { initiator: 'source', port: to }
  if (flags === 18 || flags === 19) return { initiator: 'destination', port: from }
  if (from === 0 || to === 0 || from === to) return { initiator: 'unknown', port: from === to ? from : 0 }
  if (Math.min(from, to) >= 32_768) return { initiator: 'unknown', port: 0 }
  return from > to ? { initiator: 'source', port: to } : { initiator: 'destination', port: from }
}

/** The same from rows of batches: rows with one key in several batches are one sum. */
export function sumsOf(
  rows: readonly PlainRow[],
): Map<string, readonly [bytes: number, packets: number, flows: number]> {
  const sums = new Map<string, readonly [number, number, number]>()
  for (const row of rows) {
    const { minute, zone, source, destination, packetSource, packetDestination, direction, initiator, port } = row
    const key = [minute, row.interface, zone, source, destination, packetSource, packetDestination]
      .concat(direction, initiator, port, row.protocol, row.path)
      .join(' ')
    const [b, p, f] = sums.get(key) ?? [0, 0, 0]
    sums.set(key, [b + row.bytes, p + row.packets, f + row.flows])
  }
  return sums
}
