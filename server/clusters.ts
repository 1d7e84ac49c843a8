import { readFile } from 'node:fs/promises'
import { LineCounter, parseDocument } from 'yaml'
import { problemText } from './directory/fixed/file.ts'
import { list, located, optional, type Problem, Report, record, required, scalar } from './directory/fixed/reading.ts'
import type { NodeOfPod } from './trust/service-account.ts'
import type { ReviewToken } from './trust/token-review.ts'
import type { TokensOf } from './trust/ways-in.ts'

/** A cluster besides the first, as `--clusters-file` names it. */
export interface FurtherCluster {
  readonly name: string
  /** Who says which pods, nodes and Services it has. */
  readonly directory:
    | { readonly by: 'kubernetes'; readonly kubeconfig: string; readonly context: string | undefined }
    | { readonly by: 'file'; readonly file: string }
  /** How the tokens of its agents are checked; undefined: by the ways in that all clusters share. */
  readonly agents:
    | { readonly by: 'review' }
    | { readonly by: 'keys'; readonly issuer: string; readonly audience: string; readonly jwks: string }
    | undefined
}

export type ClustersResult =
  | { readonly ok: true; readonly clusters: readonly FurtherCluster[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const text = scalar(value => (typeof value === 'string' && value !== '' ? value : undefined), 'a text')
const name = located(
  scalar(
    value => (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(value) ? value : undefined),
    'a name of letters, digits, . _ -',
  ),
)
const yes = scalar(value => (value === true ? true : undefined), 'true')

const cluster = record({
  name: required(name),
  directory: required(
    record({
      kubernetes: optional(record({ kubeconfig: required(text), context: optional(text, undefined) }), undefined),
      file: optional(text, undefined),
    }),
  ),
  agents: optional(
    record({
      tokenReview: optional(yes, undefined),
      issuer: optional(text, undefined),
      audience: optional(text, undefined),
      jwksUrl: optional(text, undefined),
      jwksFile: optional(text, undefined),
    }),
    undefined,
  ),
})
type Written = NonNullable<ReturnType<typeof cluster>>

/** Reads the file's text: a list in YAML (or JSON). `first`: the name of the cluster that the settings name. */
export function readClusters(body: string, first: string): ClustersResult {
  const lines = new LineCounter()
  const document = parseDocument(body, { lineCounter: lines, prettyErrors: false })
  const report = new Report(document, lines)
  for (const { pos, message } of document.errors) {
    const { line, col } = lines.linePos(pos[0])
    report.add({ line, column: col, key: '' }, `not YAML: ${message}`)
  }
  const isReadable = report.problems.length === 0 && document.contents !== null
  const written = isReadable ? list(cluster)(document.contents, '', report) : []
  const names = new Set([first])
  const clusters = (written ?? []).flatMap(one => {
    if (names.has(one.name.value)) report.add(one.name.at, `cluster "${one.name.value}" was named before`)
    names.add(one.name.value)
    return furtherCluster(one, report) ?? []
  })
  if (report.problems.length === 0) return { ok: true, clusters }
  return { ok: false, problems: report.problems.sort((a, b) => a.line - b.line || a.column - b.column) }
}

/** Reads the file; none named: no further clusters. @throws Error with every problem of the file. */
export async function loadClusters(file: string, first: string): Promise<readonly FurtherCluster[]> {
  if (file === '') return []
  const result = readClusters(await readFile(file, 'utf8'), first)
  if (!result.ok) throw new Error(`the file of clusters is wrong:\n${problemText(file, result.problems)}`)
  return result.clusters
}

function furtherCluster({ name, directory, agents }: Written, report: Report): FurtherCluster | undefined {
  const { kubernetes, file } = directory
  if ((kubernetes === undefined) === (file === undefined)) {
    report.add(directory.at, 'expected either kubernetes or file')
    return undefined
  }
  const source =
    kubernetes === undefined
      ? { by: 'file' as const, file: file ?? '' }
      : { by: 'kubernetes' as const, kubeconfig: kubernetes.kubeconfig, context: kubernetes.context }
  const checked = agents === undefined ? undefined : tokensOf(agents, source.by, report)
  return { name: name.value, directory: source, agents: checked }
}

function tokensOf(
  { at, tokenReview, issuer, audience, jwksUrl, jwksFile }: NonNullable<Written['agents']>,
  directory: FurtherCluster['directory']['by'],
  report: Report,
): FurtherCluster['agents'] {
  const keys = [issuer, audience, jwksUrl ?? jwksFile]
  const [hasKeys, hasAll] = [keys.some(key => key !== undefined), !keys.includes(undefined)]
  if (tokenReview && !hasKeys && directory === 'kubernetes') return { by: 'review' }
  const jwks = jwksUrl ?? jwksFile
  const isOne = jwksUrl === undefined || jwksFile === undefined
  if (!tokenReview && hasAll && isOne && issuer !== undefined && audience !== undefined && jwks !== undefined)
    return { by: 'keys', issuer, audience, jwks }
  report.add(
    at,
    directory === 'kubernetes'
      ? 'expected either tokenReview: true, or issuer, audience and one of jwksUrl and jwksFile'
      : 'expected issuer, audience and one of jwksUrl and jwksFile: without an API server no token can be reviewed',
  )
  return undefined
}

/** How the agents of further clusters prove who they are. */
export function tokensOfClusters(
  clusters: readonly FurtherCluster[],
  source: { readonly reviewsOf: { readonly [cluster: string]: ReviewToken }; readonly nodeOfPod: NodeOfPod },
): TokensOf[] {
  const { reviewsOf, nodeOfPod } = source
  return clusters.flatMap(({ name: cluster, agents }): TokensOf[] => {
    if (agents?.by === 'keys') return [{ ...agents, cluster, nodeOfPod }]
    const review = agents === undefined ? undefined : reviewsOf[cluster]
    return review === undefined ? [] : [{ by: 'review', cluster, review, nodeOfPod }]
  })
}
