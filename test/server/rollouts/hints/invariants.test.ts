import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { allocate } from '../../../../server/rollouts/hints/allocation.ts'
import { assignHints } from '../../../../server/rollouts/hints/assignment.ts'
import { choose } from '../../../../server/rollouts/hints/kube-proxy.ts'
import { random } from '../../../random.ts'
import { counts, endpointsOf, slice, zones } from './slices.ts'

const CASES = 400
const rules = { policy: 'Cluster', followsZones: true, followsNodes: true } as const

for (const seed of [1, 2, 3])
  test(`what holds of any hints, seed ${seed}`, () => {
    const dice = random(seed)
    const below = (limit: number) => Math.floor(dice() * limit)
    let assigned = 0
    for (let index = 0; index < CASES; index++) {
      const names = zones.slice(0, 2 + below(4))
      const cpu = names.map(() => 1 + below(8))
      const total = cpu.reduce((sum, each) => sum + each, 0)
      const shares = new Map(names.map((zone, at) => [zone, (cpu[at] ?? 0) / total]))
      const pods = Array.from({ length: 1 + below(40) }, () => names[below(names.length)] ?? 'a')
      const allocations = allocate(shares, pods.length)
      if (allocations.kind !== 'allocated') continue
      assigned++
      const at = `seed ${seed}, case ${index}: cpu ${cpu}, pods ${pods}`

      for (const { minimum, desired, maximum } of allocations.byZone.values())
        ok(minimum <= desired && minimum <= maximum && minimum > 0, at)
      const found = assignHints([slice(...pods)], allocations.byZone)
      ok(found.kind === 'assigned', at)
      const sum = found.byZone.values().reduce((all, each) => all + each, 0)
      equal(sum, pods.length, `${at}: every ready endpoint is given to one zone`)
      ok(found.elsewhere <= pods.length, at)
      for (const [zone, { desired }] of allocations.byZone) {
        const hinted = found.byZone.get(zone) ?? 0
        ok(hinted <= desired + names.length, `${at}: ${zone} has ${hinted}, desired ${desired}`)
      }
      const shuffled = pods.map(pod => [dice(), pod] as const).sort(([a], [b]) => a - b)
      const again = assignHints([slice(...shuffled.map(([, pod]) => pod))], allocations.byZone)
      ok(again.kind === 'assigned', at)
      deepEqual(counts(again.byZone), counts(found.byZone), `${at}: the order of pods changes no count`)

      const own = endpointsOf(...pods.map(zone => `${zone}>${zone}`))
      for (const zone of names) {
        const { by, endpoints } = choose(own, { name: 'n', zoneLabel: zone }, rules)
        const inZone = pods.filter(pod => pod === zone).length
        equal(endpoints.length, inZone === 0 ? pods.length : inZone, `${at}: own zone, else all`)
        equal(by, inZone === 0 ? 'all' : 'zone hints', at)
      }
    }
    ok(assigned > CASES / 4, `only ${assigned} cases had hints`)
  })
