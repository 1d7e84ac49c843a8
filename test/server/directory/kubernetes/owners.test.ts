import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OwnedRecord, PodRecord } from '../../../../server/directory/kubernetes/objects.ts'
import { workloadOf } from '../../../../server/directory/kubernetes/owners.ts'
import { ownedRecord, podRecord } from './records.ts'

const hash = { 'pod-template-hash': '5d4f8c' }
const cases: [why: string, pod: Partial<PodRecord>, known: OwnedRecord[], want: string][] = [
  ['a pod of its own is its own workload', { name: 'debug' }, [], 'Pod debug'],
  [
    'a ReplicaSet of a Deployment is the Deployment',
    { owner: { kind: 'ReplicaSet', name: 'web-5d4f8c' } },
    [ownedRecord('web-5d4f8c', { kind: 'Deployment', name: 'web' })],
    'Deployment web',
  ],
  [
    'a ReplicaSet of a Rollout is the Rollout',
    { owner: { kind: 'ReplicaSet', name: 'web-5d4f8c' } },
    [ownedRecord('web-5d4f8c', { kind: 'Rollout', name: 'web' })],
    'Rollout web',
  ],
  [
    'a ReplicaSet that nobody owns is the workload',
    { owner: { kind: 'ReplicaSet', name: 'web-5d4f8c' } },
    [ownedRecord('web-5d4f8c', undefined)],
    'ReplicaSet web-5d4f8c',
  ],
  [
    'what is read of a ReplicaSet goes before what its name says',
    { owner: { kind: 'ReplicaSet', name: 'web-5d4f8c' }, labels: hash },
    [ownedRecord('web-5d4f8c', { kind: 'Rollout', name: 'web' })],
    'Rollout web',
  ],
  [
    'a ReplicaSet that is not known, with the hash of its pods in its name, is a Deployment’s',
    { owner: { kind: 'ReplicaSet', name: 'web-front-5d4f8c' }, labels: hash },
    [],
    'Deployment web-front',
  ],
  [
    'a ReplicaSet that is not known, with another name, is a guess',
    { owner: { kind: 'ReplicaSet', name: 'web' }, labels: hash },
    [],
    'ReplicaSet web?',
  ],
  [
    'a Job of a CronJob is the CronJob',
    { owner: { kind: 'Job', name: 'nightly-29384760' } },
    [ownedRecord('nightly-29384760', { kind: 'CronJob', name: 'nightly' })],
    'CronJob nightly',
  ],
  [
    'a Job that nobody owns is the workload',
    { owner: { kind: 'Job', name: 'once' } },
    [ownedRecord('once', undefined)],
    'Job once',
  ],
  [
    'a Job that is not known, with minutes in its name, is a CronJob’s',
    { owner: { kind: 'Job', name: 'nightly-29384760' } },
    [],
    'CronJob nightly',
  ],
  [
    'a Job that is not known, with another name, is a guess',
    { owner: { kind: 'Job', name: 'migrate-v12' } },
    [],
    'Job migrate-v12?',
  ],
  ['a StatefulSet is the workload', { owner: { kind: 'StatefulSet', name: 'db' } }, [], 'StatefulSet db'],
  ['a DaemonSet is the workload', { owner: { kind: 'DaemonSet', name: 'dns' } }, [], 'DaemonSet dns'],
  [
    'a static pod is the same workload on every node',
    { name: 'kube-proxy-ip-10-0-0-1', node: 'ip-10-0-0-1', owner: { kind: 'Node', name: 'ip-10-0-0-1' } },
    [],
    'Node kube-proxy',
  ],
  [
    'a controller of another kind is the workload',
    { owner: { kind: 'SparkApplication', name: 'etl' } },
    [],
    'SparkApplication etl',
  ],
]
for (const [why, pod, known, want] of cases)
  test(why, () => {
    const find = (_kind: string, _namespace: string, name: string) => known.find(one => one.name === name)
    const { workload, isGuess } = workloadOf(podRecord('web-0', '10.0.0.1', pod), find)
    assert.equal(`${workload.kind} ${workload.name}${isGuess ? '?' : ''}`, want)
  })
