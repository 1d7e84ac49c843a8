import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { oneWay, parseLink, parseTruth, since, type Truth } from './truth.ts'

// As printed by nftables 1.0.6 on Linux 6.18: `nft -j list table netdev truth`.
const nftOutput = JSON.stringify({
  nftables: [
    { metainfo: { version: '1.0.6', json_schema_version: 1 } },
    { table: { family: 'netdev', name: 'truth', handle: 1 } },
    { counter: { family: 'netdev', name: 'oversize', table: 'truth', handle: 4, packets: 3, bytes: 9000 } },
    {
      set: {
        family: 'netdev',
        name: 'pairs4',
        table: 'truth',
        type: ['ipv4_addr', 'ipv4_addr', 'inet_proto'],
        elem: [
          {
            elem: { val: { concat: ['10.0.0.1', '10.0.0.2', 'tcp'] }, counter: { packets: 2, bytes: 2960 } },
          },
        ],
      },
    },
    { set: { family: 'netdev', name: 'pairs6', table: 'truth', type: ['ipv6_addr', 'ipv6_addr', 'inet_proto'] } },
    { chain: { family: 'netdev', table: 'truth', name: 'count', handle: 5 } },
  ],
})

test('the counters of nft are read, an empty set as nothing', () => {
  deepEqual(parseTruth(nftOutput), {
    counts: [{ source: '10.0.0.1', destination: '10.0.0.2', protocol: 'tcp', bytes: 2960, frames: 2 }],
    oversizeFrames: 3,
  })
})

test('an answer without the truth table is an error', () => {
  throws(() => parseTruth('{"nftables":[]}'), /no truth table/)
})

const count = (source: string, destination: string, bytes: number, frames: number, protocol = 'tcp') => ({
  source,
  destination,
  protocol,
  bytes,
  frames,
})

test('between two readings only what was added counts, also for a pair that is new', () => {
  const before: Truth = { counts: [count('a', 'b', 100, 1), count('b', 'a', 40, 1)], oversizeFrames: 1 }
  const after: Truth = {
    counts: [count('a', 'b', 400, 3), count('b', 'a', 40, 1), count('c', 'a', 7, 1)],
    oversizeFrames: 1,
  }
  deepEqual(since(before, after), { counts: [count('a', 'b', 300, 2), count('c', 'a', 7, 1)], oversizeFrames: 0 })
})

test('one way sums over the pairs of two sides, both protocols, without ICMP', () => {
  const truth: Truth = {
    counts: [count('a', 'b', 1, 1), count('a', 'c', 2, 1, 'udp'), count('b', 'a', 4, 1), count('a', 'b', 8, 1, 'icmp')],
    oversizeFrames: 0,
  }
  deepEqual(oneWay(truth, ['a'], ['b', 'c']), { bytes: 3, frames: 2 })
})

test('an interface tells what it received', () => {
  const link = JSON.stringify([
    { ifname: 'sw-a1', stats64: { rx: { bytes: 1514, packets: 1 }, tx: { bytes: 0, packets: 0 } } },
  ])
  deepEqual(parseLink(link), { bytes: 1514, frames: 1 })
})

test('an interface without counters is an error', () => {
  throws(() => parseLink('[{}]'), /no receive counters/)
})
