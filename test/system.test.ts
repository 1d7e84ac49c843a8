import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { advice, isDebianLike, packagesFor } from './system.ts'

const releases: [why: string, release: string, want: boolean][] = [
  ['Debian names itself', 'NAME="Debian GNU/Linux"\nID=debian\n', true],
  ['Ubuntu names itself', 'ID=ubuntu\nID_LIKE=debian\n', true],
  ['a derivative names what it is like', 'ID=pop\nID_LIKE="ubuntu debian"\n', true],
  ['Fedora has no apt-get', 'ID=fedora\nHOME_URL="https://debian.example"\n', false],
  ['a machine without the file is not known', '', false],
]
for (const [why, release, want] of releases) test(why, () => equal(isDebianLike(release), want))

test('packages are asked for by the name Debian gives them', () => {
  deepEqual(packagesFor(['ip', 'nft', 'root']), ['iproute2', 'nftables'])
})

test('what is missing is told with the package that brings it', () => {
  const [tool, root] = advice(new Set(['conntrack', 'root']))
  match(tool ?? '', /conntrack \(package conntrack/)
  match(root ?? '', /root on Linux/)
})
