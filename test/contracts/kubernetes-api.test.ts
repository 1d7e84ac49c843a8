import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { kubeconfigText } from '../kubernetes-api/kubeconfig.ts'
import { KubernetesApi } from '../kubernetes-api/server.ts'
import { kubernetesApiContract } from './kubernetes-api.ts'

kubernetesApiContract('the one in this repository', async () => {
  const api = new KubernetesApi()
  await api.listen()
  const folder = await mkdtemp(join(tmpdir(), 'weir-contract-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigText({ server: api.url }))
  return {
    kubeconfig,
    close: async () => {
      await api.close()
      await rm(folder, { recursive: true })
    },
  }
})

/** The current context's cluster is written to: in a namespace of its own, which is deleted after. */
const { KUBECONFIG: kubeconfig } = process.env
if (kubeconfig !== undefined) kubernetesApiContract('KUBECONFIG', async () => ({ kubeconfig, close: async () => {} }))
else test('Kubernetes API contract: a real API server', { skip: 'did not run: KUBECONFIG is not set' }, () => {})
