import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trimPod } from '../../../../../server/directory/kubernetes/trim/pod.ts'
import { Trimming } from '../../../../../server/directory/kubernetes/trim/trimming.ts'

const pod = (name: string, { owner = 'web-5d4f8c7b9', port = 8080, team = 'shop' } = {}) => ({
  metadata: {
    name,
    namespace: 'shop',
    uid: `uid-of-${name}`,
    labels: { team },
    ownerReferences: [{ kind: 'ReplicaSet', name: owner, controller: true }],
  },
  spec: { nodeName: 'n1', containers: [{ ports: [{ containerPort: port }] }] },
})

test('what pods have alike is one object for all of them', () => {
  const trimming = new Trimming(['team'])
  const [one, two] = [trimPod(pod('web-1'), trimming), trimPod(pod('web-2'), trimming)]
  assert.notEqual(one.uid, two.uid)
  for (const field of ['owner', 'ports', 'labels'] as const) assert.equal(one[field], two[field])
})

test('what they do not have alike stays each one’s own', () => {
  const trimming = new Trimming(['team'])
  trimPod(pod('web-1'), trimming)
  const other = trimPod(pod('api-1', { owner: 'api-7c9d', port: 9090, team: 'pay' }), trimming)
  assert.deepEqual(other.owner, { kind: 'ReplicaSet', name: 'api-7c9d' })
  assert.deepEqual(other.ports, [{ port: 9090, protocol: 6 }])
  assert.deepEqual(other.labels, { team: 'pay' })
})
