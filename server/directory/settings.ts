import { oneOf, type Settings, text } from '@weir/contract/settings.ts'

/** Settings of who is behind an address: rows of the server's table (config.ts). */
export const directorySettings = {
  directory: {
    means: 'Who says which pods, nodes and Services exist: file or kubernetes (its API server, watched)',
    fallback: 'file',
    parse: oneOf('file', 'kubernetes'),
  },
  directoryFile: {
    means: 'For file: which pods, nodes, Services and subnets exist (docs/directory.md); read again on change',
    fallback: '',
    parse: text,
  },
  cluster: {
    means: 'Name of the cluster: the one that is watched and that proven agents are of',
    fallback: '',
    parse: text,
  },
  kubeconfig: {
    means: "For kubernetes: kubeconfig file, of which the current context is used; empty = this pod's service account",
    fallback: '',
    parse: text,
  },
  podLabels: {
    means: 'Comma-separated keys of Kubernetes labels that workloads keep, to share costs out by: team,cost-center',
    fallback: '',
    parse: (value: string) => value.split(',').flatMap(key => key.trim() || []),
  },
  watchIstio: {
    means:
      'Watch DestinationRules of Istio, too, for changes of locality: on or off; needs the right to list and watch them',
    fallback: 'off',
    parse: oneOf('off', 'on'),
  },
  watchIngresses: {
    means:
      'Watch Ingresses, too, for changes of application load balancers: on or off; needs the right to list and watch them',
    fallback: 'off',
    parse: oneOf('off', 'on'),
  },
  clustersFile: {
    means: 'YAML file of further clusters, with their directories and how their agents prove who they are',
    fallback: '',
    parse: text,
  },
} as const

export type DirectorySettings = Settings<typeof directorySettings>

/** What is missing for the chosen kind of directory, each with what would be right. */
export function directoryProblems({ directory, directoryFile, cluster, kubeconfig }: DirectorySettings): string[] {
  if (directory === 'kubernetes') {
    const problems = []
    if (cluster === '') problems.push('--cluster (or WEIR_CLUSTER) must be given for --directory kubernetes')
    if (directoryFile !== '') problems.push('--directory-file is for --directory file')
    return problems
  }
  const problems = []
  if (directoryFile === '')
    problems.push('--directory-file (or WEIR_DIRECTORY_FILE) must be given, or --directory kubernetes')
  if (kubeconfig !== '') problems.push('--kubeconfig is for --directory kubernetes')
  return problems
}
