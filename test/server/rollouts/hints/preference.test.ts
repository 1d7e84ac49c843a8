import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { minorOf } from '../../../../server/rollouts/hints/kube-version.ts'
import { followsZoneHints, preferenceOf } from '../../../../server/rollouts/hints/preference.ts'
import { serviceRecord } from '../../directory/kubernetes/records.ts'

const newest = 'v1.36.1-eks-3c5d9e1'
const service = (old?: string, newer?: string, field?: string) =>
  serviceRecord('web', '10.96.0.1', {
    topologyHintsAnnotation: old,
    topologyModeAnnotation: newer,
    trafficDistribution: field,
  })

const cases: [
  why: string,
  asked: ReturnType<typeof service>,
  version: string | undefined,
  preference: string,
  idle: string[],
][] = [
  ['nothing asked, nothing preferred', service(), newest, 'none', []],
  ['Auto', service(undefined, 'Auto'), newest, 'Auto', []],
  ['auto', service(undefined, 'auto'), newest, 'Auto', []],
  ['AUTO does nothing', service(undefined, 'AUTO'), newest, 'none', ['value not understood']],
  ['neither does PreferZone', service('PreferZone'), newest, 'none', ['value not understood']],
  ['Disabled is understood', service('Disabled'), newest, 'none', []],
  ['the old key alone still works', service('Auto'), newest, 'Auto', []],
  ['the old key hides the new one', service('Disabled', 'Auto'), newest, 'none', ['old key wins']],
  ['even where it is empty', service('', 'Auto'), newest, 'none', ['old key wins']],
  ['and the other way round', service('Auto', 'Disabled'), newest, 'Auto', ['old key wins']],
  ['where both say the same, neither wins', service('auto', 'Auto'), newest, 'Auto', []],
  ['the field', service(undefined, undefined, 'PreferSameZone'), newest, 'PreferSameZone', []],
  [
    'the annotation wins over the field',
    service(undefined, 'Auto', 'PreferClose'),
    newest,
    'Auto',
    ['annotation wins'],
  ],
  ['one that is off does not', service(undefined, 'Disabled', 'PreferClose'), newest, 'PreferClose', []],
  [
    'nor one that is not understood',
    service(undefined, 'AUTO', 'PreferClose'),
    newest,
    'PreferClose',
    ['value not understood'],
  ],
  ['PreferClose is there from 1.31', service(undefined, undefined, 'PreferClose'), 'v1.31.0', 'PreferClose', []],
  ['not in 1.30', service(undefined, undefined, 'PreferClose'), 'v1.30.9', 'none', ['not in this version']],
  [
    'PreferSameZone is there from 1.34',
    service(undefined, undefined, 'PreferSameZone'),
    'v1.34.0',
    'PreferSameZone',
    [],
  ],
  ['not in 1.33', service(undefined, undefined, 'PreferSameNode'), 'v1.33.4-eks-1', 'none', ['not in this version']],
  ['topology-mode is there from 1.27', service(undefined, 'Auto'), 'v1.26.15', 'none', ['not in this version']],
  [
    'where the version is not known, nothing is taken for missing',
    service(undefined, undefined, 'PreferSameNode'),
    undefined,
    'PreferSameNode',
    [],
  ],
  ['a value that nobody knows', service(undefined, undefined, 'PreferNear'), newest, 'none', ['value not understood']],
]
for (const [why, asked, version, preference, idle] of cases)
  test(why, () => {
    const found = preferenceOf(asked, minorOf(version))
    deepEqual([found.preference, found.idle.map(({ reason }) => reason)], [preference, idle])
  })

test('where the preference is from can be read', () => {
  deepEqual(preferenceOf(service(undefined, 'auto'), 36).from, 'service.kubernetes.io/topology-mode: auto')
  deepEqual(
    preferenceOf(service(undefined, undefined, 'PreferClose'), 36).from,
    'spec.trafficDistribution: PreferClose',
  )
  deepEqual(preferenceOf(service(), 36).from, '')
})

const proxies: [why: string, asked: ReturnType<typeof service>, minor: number, follows: boolean][] = [
  ['from 1.31 hints alone decide', service(), 31, true],
  ['up to 1.30 the annotation must be there', service(), 30, false],
  ['with any value, says kube-proxy', service(undefined, 'AUTO'), 30, true],
  ['but Disabled', service('Disabled', 'Auto'), 30, false],
]
for (const [why, asked, minor, follows] of proxies)
  test(`kube-proxy: ${why}`, () => deepEqual(followsZoneHints(asked, minor), follows))
