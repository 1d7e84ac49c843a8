import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadClusters, tokensOfClusters } from '../../../server/clusters.ts'
import { createDirectorySource } from '../../../server/directory/source.ts'
import { whoIs } from '../../contracts/directory.ts'
import { kubeconfigText } from '../../kubernetes-api/kubeconfig.ts'
import { fileText } from './fixed/file-text.ts'
import { cart, minutes, shop, web } from './shop.ts'

const settingsOf = (directoryFile: string, dataDir: string) => ({
  directory: 'file' as const,
  directoryFile,
  cluster: '',
  kubeconfig: '',
  podLabels: [],
  watchIstio: 'off' as const,
  watchIngresses: 'off' as const,
  clustersFile: '',
  dataDir,
})

test('further clusters feed the same directory, under their own names', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-source-'))
  t.after(() => rm(folder, { recursive: true }))
  const [first, second, clusters] = ['lab.json', 'west.json', 'clusters.yaml'].map(name => join(folder, name))
  assert.ok(first !== undefined && second !== undefined && clusters !== undefined)
  const node = { name: 'node-b', zone: shop.nodes[1]?.zone, addresses: ['10.50.0.1'] }
  const west = { cluster: 'west', nodes: [node], subnets: [], pods: [cart], services: [], interfaces: [] }
  await writeFile(first, fileText({ ...shop, pods: [web] }))
  await writeFile(second, fileText(west))
  await writeFile(
    clusters,
    JSON.stringify([
      {
        name: 'west',
        directory: { file: second },
        agents: { issuer: 'https://issuer', audience: 'weir', jwksFile: 'keys.json' },
      },
    ]),
  )
  const further = await loadClusters(clusters, 'lab')
  const source = await createDirectorySource({
    settings: settingsOf(first, folder),
    now: () => minutes(10),
    log: () => {},
    further,
  })
  await source.start()
  const who = (cluster: string, address: string) => whoIs(source.directory.place(cluster, address, 0, minutes(10)).peer)
  assert.deepEqual(source.directory.clusters(), ['lab', 'west'])
  assert.deepEqual([who('lab', '10.244.1.10'), who('west', '10.244.2.20')], ['pod web-0', 'pod cart-0'])
  assert.deepEqual(
    tokensOfClusters(further, source).map(({ by, cluster }) => [by, cluster]),
    [['keys', 'west']],
  )
  await source.stop()
})

test('the watches of all clusters are told, each under its cluster’s name', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-source-'))
  t.after(() => rm(folder, { recursive: true }))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigText({ server: 'http://127.0.0.1:1' }))
  const by = { by: 'kubernetes', kubeconfig, context: undefined } as const
  const source = await createDirectorySource({
    settings: { ...settingsOf('', folder), directory: 'kubernetes', cluster: 'lab', kubeconfig },
    now: () => minutes(10),
    log: () => {},
    further: [{ name: 'west', directory: by, agents: undefined }],
  })
  assert.deepEqual([...new Set(source.watchStats().map(({ cluster }) => cluster))], ['lab', 'west'])
})

test('a file of another cluster than its name says is refused', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-source-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'lab.json')
  await writeFile(file, fileText(shop))
  const settings = settingsOf(file, folder)
  const further = [{ name: 'west', directory: { by: 'file', file }, agents: undefined }] as const
  const source = await createDirectorySource({ settings, now: () => minutes(10), log: () => {}, further })
  await assert.rejects(source.start(), /expected "west" .* found "lab"/)
  await source.stop()
})

test('a cluster that only the journal remembers is none any more', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-source-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'directory.json')
  const open = async (cluster: string) => {
    await writeFile(file, fileText({ ...shop, cluster }))
    const source = await createDirectorySource({
      settings: settingsOf(file, folder),
      now: () => minutes(10),
      log: () => {},
      further: [],
    })
    await source.start()
    return source
  }
  await (await open('old')).stop()
  const source = await open('new')
  assert.deepEqual(source.directory.clusters(), ['new'])
  await source.stop()
})
