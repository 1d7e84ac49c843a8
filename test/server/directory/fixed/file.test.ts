import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { problemText, readFixedFile } from '../../../../server/directory/fixed/file.ts'
import { minutes } from '../shop.ts'

/** One item a line, so that a case can replace or add one and name its line. */
const good = [
  'cluster: lab',
  'zones:',
  '  - { name: lab-1a, id: lab1-az1, region: lab-1, account: "000000000000" }',
  'nodes:',
  '  - { name: node-a1, zone: lab-1a, addresses: [10.20.1.1, "fd20:1::1"] }',
  'subnets:',
  '  - { id: subnet-a, cidr: 10.20.1.0/24, zone: lab-1a }',
  'pods:',
  '  - { namespace: shop, name: web-0, workload: { kind: Deployment, name: web }, node: node-a1, addresses: [10.244.1.10] }',
  'services:',
  '  - { namespace: shop, name: web, addresses: [10.96.0.10], ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] }',
  'aws:',
  '  - { id: eni-1, thing: load balancer, addresses: [10.20.1.200], zone: lab-1a }',
]
const withLine = (line: number, text: string): string => good.with(line - 1, text).join('\n')
const after = (line: number, text: string): string => good.toSpliced(line, 0, text).join('\n')
const read = (text: string) => readFixedFile(text, minutes(0))

const podWith = (fields: string) =>
  `  - { namespace: shop, name: web-1, workload: { kind: Deployment, name: web }, ${fields} }`

const cases: [why: string, text: string, line: number, key: string, detail: RegExp][] = [
  ['a broken line is named', withLine(5, '  - { name: node-a1, zone: lab-1a'), 6, '', /^not YAML: /],
  ['a tab for a blank is named', withLine(5, '\t- { name: node-a1 }'), 5, '', /^not YAML: /],
  ['a key given twice is named', after(13, 'cluster: other'), 14, '', /Map keys must be unique/],
  ['an empty file needs everything', '', 1, '', /expected keys cluster, zones, nodes.*found nothing/],
  ['a list is no directory', '- a', 1, '', /expected keys cluster.*found a list/],
  ['the cluster is missing', withLine(1, '# cluster: lab'), 2, '', /^"cluster" is missing$/],
  [
    'a name in digits needs quotes',
    withLine(1, 'cluster: 12'),
    1,
    'cluster',
    /\(in quotes if all digits\), found the number 12/,
  ],
  ['an unknown key names the nearest', after(13, 'pod: []'), 14, 'pod', /unknown key: did you mean "pods"/],
  [
    'an unknown key within an item names the nearest',
    withLine(5, '  - { name: node-a1, zone: lab-1a, adresses: [10.20.1.1] }'),
    5,
    'nodes[0].adresses',
    /did you mean "addresses"/,
  ],
  [
    'an unknown zone names the nearest',
    withLine(5, '  - { name: node-a1, zone: lab-1z, addresses: [10.20.1.1] }'),
    5,
    'nodes[0].zone',
    /unknown zone "lab-1z": did you mean "lab-1a"/,
  ],
  [
    'an unknown node names the nearest',
    after(9, podWith('node: node-1a, addresses: [10.244.1.11]')),
    10,
    'pods[1].node',
    /unknown node "node-1a": did you mean "node-a1"/,
  ],
  [
    'a bad address is shown',
    withLine(5, '  - { name: node-a1, zone: lab-1a, addresses: [10.20.1.256] }'),
    5,
    'nodes[0].addresses[0]',
    /expected an IP address such as .*, found "10.20.1.256"/,
  ],
  [
    'an address with leading zeros is none',
    withLine(5, '  - { name: node-a1, zone: lab-1a, addresses: [10.020.1.1] }'),
    5,
    'nodes[0].addresses[0]',
    /found "10.020.1.1"/,
  ],
  [
    'a text for a list is no list',
    withLine(5, '  - { name: node-a1, zone: lab-1a, addresses: 10.20.1.1 }'),
    5,
    'nodes[0].addresses',
    /expected a list, found "10.20.1.1"/,
  ],
  [
    'a node needs an address',
    withLine(5, '  - { name: node-a1, zone: lab-1a, addresses: [] }'),
    5,
    'nodes[0]',
    /at least one address/,
  ],
  ['a pod needs an address', after(9, podWith('node: node-a1')), 10, 'pods[1]', /at least one address/],
  [
    'a CIDR with bits past its prefix is refused',
    withLine(7, '  - { id: subnet-a, cidr: 10.20.1.1/24, zone: lab-1a }'),
    7,
    'subnets[0].cidr',
    /without bits past the prefix, found "10.20.1.1\/24"/,
  ],
  [
    'a CIDR needs a prefix',
    withLine(7, '  - { id: subnet-a, cidr: 10.20.1.0, zone: lab-1a }'),
    7,
    'subnets[0].cidr',
    /a CIDR such as/,
  ],
  [
    'an account needs 12 digits in quotes',
    withLine(3, '  - { name: lab-1a, region: lab-1, account: 123456789012 }'),
    3,
    'zones[0].account',
    /12-digit account number in quotes, found the number 123456789012/,
  ],
  [
    'a port beyond 65535 is shown',
    withLine(11, '  - { namespace: shop, name: web, ports: [{ port: 80000 }] }'),
    11,
    'services[0].ports[0].port',
    /1 to 65535, found the number 80000/,
  ],
  [
    'a protocol is of a closed list',
    withLine(11, '  - { namespace: shop, name: web, ports: [{ port: 80, protocol: http }] }'),
    11,
    'services[0].ports[0].protocol',
    /tcp, udp or sctp, found "http"/,
  ],
  [
    'a yes is no true',
    after(9, podWith('node: node-a1, hostNetwork: yes')),
    10,
    'pods[1].hostNetwork',
    /true or false, found "yes"/,
  ],
  [
    'a thing of AWS is of a closed list',
    withLine(13, '  - { id: eni-1, thing: ELB, addresses: [10.20.1.200] }'),
    13,
    'aws[0].thing',
    /one of application load balancer, .*found "ELB"/,
  ],
  [
    'an address given twice names the first',
    after(9, podWith('node: node-a1, addresses: [10.20.1.1]')),
    10,
    'pods[1].addresses[0]',
    /address 10.20.1.1 was given before, on line 5 \(nodes\[0\].addresses\[0\]\)/,
  ],
  [
    'an address given twice in two spellings is the same',
    after(9, podWith('node: node-a1, addresses: ["FD20:0001::1"]')),
    10,
    'pods[1].addresses[0]',
    /address fd20:1::1 was given before, on line 5/,
  ],
  [
    'a pod’s name given twice names the first',
    withLine(9, `${good[8]}\n${good[8]?.replace('10.244.1.10', '10.244.1.11')}`),
    10,
    'pods[1].name',
    /pod shop\/web-0 was given before, on line 9/,
  ],
  [
    'a node’s name given twice names the first',
    after(5, '  - { name: node-a1, zone: lab-1a, addresses: [10.20.1.2] }'),
    6,
    'nodes[1].name',
    /node node-a1 was given before, on line 5/,
  ],
  [
    'a nodePort given twice names the first',
    after(11, '  - { namespace: shop, name: too, ports: [{ port: 1, nodePort: 30080 }] }'),
    12,
    'services[1].ports[0].nodePort',
    /nodePort 30080\/tcp was given before, on line 11/,
  ],
  [
    'a hostNetwork pod cannot have an address of its own',
    after(9, podWith('node: node-a1, hostNetwork: true, addresses: [10.244.1.11]')),
    10,
    'pods[1].addresses[0]',
    /expected one of 10.20.1.1, fd20:1::1/,
  ],
  [
    'since needs a moment in UTC',
    after(9, podWith('node: node-a1, addresses: [10.244.1.11], since: yesterday')),
    10,
    'pods[1].since',
    /moment in UTC such as .*found "yesterday"/,
  ],
  [
    'since cannot be in the future',
    after(9, podWith('node: node-a1, addresses: [10.244.1.11], since: 2030-01-01T00:00Z')),
    10,
    'pods[1].since',
    /2030-01-01T00:00:00.000Z is in the future/,
  ],
  ['an alias is refused', withLine(9, '  - *pod'), 9, 'pods[0]', /found an alias/],
  [
    'an alias to nothing is refused',
    withLine(11, '  - { namespace: shop, name: web, ports: [], routing: *none }'),
    11,
    'services[0].routing',
    /Unresolved alias/,
  ],
]
for (const [why, text, line, key, detail] of cases)
  test(why, () => {
    const result = read(text)
    assert.equal(result.ok, false)
    const problems = result.ok ? [] : result.problems
    assert.equal(problems.length, 1, problemText('f', problems))
    assert.deepEqual([problems[0]?.line, problems[0]?.key], [line, key], problems[0]?.detail)
    assert.match(problems[0]?.detail ?? '', detail)
  })

test('the column is where the value stands', () => {
  const result = read(withLine(5, '  - { name: node-a1, zone: lab-1z, addresses: [10.20.1.1] }'))
  assert.equal(result.ok ? 0 : result.problems[0]?.column, '  - { name: node-a1, zone: '.length + 1)
})

test('all problems are told at once, in the order of their lines', () => {
  const text = [good[0], ...good.slice(1, 4), '  - { nam: x, zone: lab-1a, addresses: [1] }', 'pods: 5'].join('\n')
  const result = read(text)
  assert.deepEqual(result.ok ? [] : result.problems.map(({ line, key }) => `${line} ${key}`), [
    '5 nodes[0].nam',
    '5 nodes[0].addresses[0]',
    '6 pods',
  ])
})

test('at most 20 problems are shown, and how many more there are', () => {
  const nodes = Array.from({ length: 30 }, (_, i) => `  - { name: n${i}, zone: none, addresses: [10.0.0.${i}] }`)
  const result = read([...good.slice(0, 4), ...nodes].join('\n'))
  const text = problemText('directory.yaml', result.ok ? [] : result.problems).split('\n')
  assert.equal(text.length, 21)
  assert.match(text[0] ?? '', /^directory.yaml:5:\d+: nodes\[0\].zone: unknown zone "none"/)
  assert.equal(text[20], 'and 10 more')
})

test('what is not given has its default', () => {
  const result = read(good.join('\n'))
  assert.ok(result.ok)
  const { pods, services, nodes } = result.listing
  assert.deepEqual(nodes[0]?.zone, { name: 'lab-1a', region: 'lab-1', id: 'lab1-az1', account: '000000000000' })
  assert.deepEqual([pods[0]?.ports, pods[0]?.hostNetwork], [[], false])
  assert.deepEqual(services[0]?.ports, [{ port: 80, protocol: 6, targetPort: 8080, nodePort: 30080 }])
  assert.deepEqual([services[0]?.workloads, services[0]?.routing], [[], 'null'])
})

test('JSON is read like YAML, and names its lines too', () => {
  const json = '{\n "cluster": "lab",\n "zones": [],\n "nodes": [],\n "pods": [{"namespace": 1}]\n}'
  const result = read(json)
  assert.ok(!result.ok)
  assert.ok(result.problems.every(({ line }) => line === 5))
})

test('the order of the keys of routing is no change', () => {
  const routing = (text: string) => {
    const result = read(withLine(11, `  - { namespace: shop, name: web, ports: [], routing: ${text} }`))
    return result.ok ? result.listing.services[0]?.routing : undefined
  }
  assert.equal(routing('{ a: 1, b: { d: 2, c: [1, 2] } }'), routing('{ b: { c: [1, 2], d: 2 }, a: 1 }'))
  assert.notEqual(routing('{ a: [1, 2] }'), routing('{ a: [2, 1] }'))
})

test('the example of the manual is a good file', () => {
  const manual = readFileSync(join(import.meta.dirname, '../../../../docs/directory.md'), 'utf8')
  const example = /```yaml\n([\s\S]*?)```/.exec(manual)?.[1] ?? ''
  const result = read(example)
  assert.equal(result.ok ? '' : problemText('docs/directory.md', result.problems), '')
  assert.deepEqual(result.ok && [result.listing.pods.length, result.listing.services.length], [2, 1])
})
