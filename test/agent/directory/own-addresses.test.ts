import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { formatAddress } from '@weir/contract/addresses.ts'
import {
  inRanges,
  parseRoutesV4,
  parseRoutesV6,
  podRanges,
  type Route,
} from '../../../agent/directory/own-addresses.ts'

// The kernel's own text: /proc/net/route and /proc/net/ipv6_route of Linux 6.1 with a default route by eth0, a pod's
// /32 over its veth and a bridge of pods. 0A010A0A is 10.10.1.10 backwards.
const v4 = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
veth1	0A010A0A	00000000	0005	0	0	0	FFFFFFFF	0	0	0
cni0	0001F40A	00000000	0001	0	0	0	00FFFFFF	0	0	0
vxlan0	0002F40A	00000000	0001	0	0	0	00FFFFFF	0	0	0
eth0	0003F40A	020200C0	0003	0	0	0	00FFFFFF	0	0	0
`
const v6 = `fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
fd010000000000000000000000000010 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000400 00000001 00000000 00000001    veth1
fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000002 00000000 00000001    veth1
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
ff000000000000000000000000000000 08 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000002 00000000 00000001    veth1
`
const shown = (routes: readonly Route[]) =>
  routes.map(
    ({ range, onLink, interfaceName }) => `${formatAddress(range.bytes)}/${range.prefix} ${interfaceName} ${onLink}`,
  )

test('IPv4 routes are read from the kernel’s hexadecimal, low byte first', () => {
  deepEqual(shown(parseRoutesV4(v4)), [
    '0.0.0.0/0 eth0 false',
    '192.0.2.0/24 eth0 true',
    '10.10.1.10/32 veth1 true',
    '10.244.1.0/24 cni0 true',
    '10.244.2.0/24 vxlan0 true',
    '10.244.3.0/24 eth0 false',
  ])
})

test('IPv6 routes are read, those that only refuse are not', () => {
  deepEqual(shown(parseRoutesV6(v6)), [
    'fd00::/64 eth0 true',
    'fd01::10/128 veth1 true',
    'fe80::/64 veth1 true',
    '::/0 eth0 false',
    'ff00::/8 veth1 true',
  ])
})

test('pods live behind on-link routes of interfaces that lead to pods: not the way out, not a tunnel, not link-local', () => {
  const ranges = podRanges([...parseRoutesV4(v4), ...parseRoutesV6(v6)], name => name !== 'vxlan0')
  deepEqual(
    ranges.map(({ bytes, prefix }) => `${formatAddress(bytes)}/${prefix}`),
    ['10.10.1.10/32', '10.244.1.0/24', 'fd01::10/128'],
  )
  deepEqual(
    ['10.10.1.10', '10.10.1.11', '10.244.1.77', '10.244.2.77', 'fd01::10', 'nonsense'].map(a => inRanges(a, ranges)),
    [true, false, true, false, true, false],
  )
})

test('text of another kernel is no reason to fail', () => {
  deepEqual(parseRoutesV4('eth0 zz\n\n'), [])
  deepEqual(parseRoutesV6('1 2 3\n'), [])
})
