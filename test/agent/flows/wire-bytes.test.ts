import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { segmentHeaderBytes, wireBytes } from '../../../agent/flows/wire-bytes.ts'

const headers: readonly [why: string, protocol: number, isIpv6: boolean, port: number, want: number][] = [
  ['IPv4 and TCP with timestamps', 6, false, 443, 20 + 20 + 12],
  ['IPv6 and TCP with timestamps', 6, true, 443, 40 + 20 + 12],
  ['VXLAN adds outer IP, UDP, VXLAN and Ethernet', 17, false, 4789, 20 + 8 + 8 + 14 + 52],
  ["Cilium's VXLAN port", 17, false, 8472, 102],
  ['Geneve', 17, false, 6081, 102],
  ['Geneve over IPv6', 17, true, 6081, 122],
  ['other UDP is sent as it is counted', 17, false, 53, 0],
  ['ICMP too', 1, false, 0, 0],
]
for (const [why, protocol, isIpv6, port, want] of headers)
  test(`segment headers: ${why}`, () => equal(segmentHeaderBytes(protocol, isIpv6, port), want))

const cases: readonly [why: string, bytes: number, packets: number, header: number, mtu: number, want: number][] = [
  ['nothing is nothing', 0, 0, 52, 1500, 0],
  ['a pure acknowledgement', 52, 1, 52, 1500, 52],
  ['a SYN, whose options are longer', 60, 1, 52, 1500, 60],
  ['a full packet is one segment', 1500, 1, 52, 1500, 1500],
  ['one byte more is two', 1501, 1, 52, 1500, 1553],
  ['ten segments in one superpacket', 10 * 1448 + 52, 1, 52, 1500, 10 * 1500],
  ['the same at MTU 9001', 3 * 8949 + 52, 1, 52, 9001, 3 * 9001],
  ['many small packets are never fewer than they are', 6000, 100, 52, 1500, 6000],
  ['a protocol the card does not cut', 64_000, 1, 0, 1500, 64_000],
]
for (const [why, bytes, packets, header, mtu, want] of cases)
  test(`wire bytes: ${why}`, () => equal(wireBytes(bytes, packets, header, mtu), want))
