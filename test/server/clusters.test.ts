import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FurtherCluster, readClusters } from '../../server/clusters.ts'

const kubernetes = '  directory: { kubernetes: { kubeconfig: /etc/weir/west } }\n'
const good: [why: string, text: string, want: FurtherCluster[]][] = [
  ['nothing is no cluster', '', []],
  [
    'a cluster with an API server',
    `- name: west\n${kubernetes}`,
    [
      {
        name: 'west',
        directory: { by: 'kubernetes', kubeconfig: '/etc/weir/west', context: undefined },
        agents: undefined,
      },
    ],
  ],
  [
    'a context of the kubeconfig, tokens reviewed there',
    '- { name: west, directory: { kubernetes: { kubeconfig: k, context: w } }, agents: { tokenReview: true } }',
    [{ name: 'west', directory: { by: 'kubernetes', kubeconfig: 'k', context: 'w' }, agents: { by: 'review' } }],
  ],
  [
    'a file, tokens checked by keys',
    '- { name: west, directory: { file: w.yaml }, agents: { issuer: i, audience: weir, jwksUrl: "https://i/keys" } }',
    [
      {
        name: 'west',
        directory: { by: 'file', file: 'w.yaml' },
        agents: { by: 'keys', issuer: 'i', audience: 'weir', jwks: 'https://i/keys' },
      },
    ],
  ],
]
for (const [why, text, clusters] of good)
  test(why, () => assert.deepEqual(readClusters(text, 'east'), { ok: true, clusters }))

const bad: [why: string, text: string, want: RegExp][] = [
  ['a mapping is no list', 'name: west', /^1:1 {2}expected a list/],
  [
    'a key that is not known names the nearest',
    `- name: west\n${kubernetes}  agent: {}`,
    /^3:3 \[0\]\.agent unknown key: did you mean "agents"/,
  ],
  ['a cluster has a directory', '- name: west', /^1:3 \[0\] "directory" is missing/],
  [
    'a directory is one of two',
    '- name: west\n  directory: { file: a, kubernetes: { kubeconfig: b } }',
    /^2:14 \[0\]\.directory expected either/,
  ],
  [
    'the first cluster is not a further one',
    `- name: east\n${kubernetes}`,
    /^1:9 \[0\]\.name cluster "east" was named before/,
  ],
  ['a name is given once', `- name: west\n${kubernetes}- name: west\n${kubernetes}`, /^3:9 \[1\]\.name cluster "west"/],
  ['a name with a slash is none', `- name: a/b\n${kubernetes}`, /^1:9 \[0\]\.name expected a name/],
  [
    'keys need an issuer',
    '- { name: w, directory: { file: f }, agents: { audience: weir, jwksFile: k } }',
    /\[0\]\.agents expected issuer, audience/,
  ],
  [
    'a file reviews no tokens',
    '- { name: w, directory: { file: f }, agents: { tokenReview: true } }',
    /without an API server/,
  ],
  ['what is no YAML is told with its place', '- {', /^1:\d+ {2}not YAML/],
]
for (const [why, text, want] of bad)
  test(why, () => {
    const result = readClusters(text, 'east')
    assert.ok(!result.ok)
    const [{ line, column, key, detail } = assert.fail('no problem')] = result.problems
    assert.match(`${line}:${column} ${key} ${detail}`, want)
  })
