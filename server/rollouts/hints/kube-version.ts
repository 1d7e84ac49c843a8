/** Since which minor version of Kubernetes 1 something is there without switching on an alpha feature gate. */
export const since = {
  /** service.kubernetes.io/topology-aware-hints: beta in 1.23, KEP-2433. */
  hintsAnnotation: 23,
  /** service.kubernetes.io/topology-mode, KEP-2433. */
  topologyMode: 27,
  /** Beta in 1.31, KEP-4444. From then on kube-proxy follows hints whatever the annotation says. */
  PreferClose: 31,
  /** Beta in 1.34, KEP-3015; with it kube-proxy follows hints for nodes. */
  PreferSameZone: 34,
  PreferSameNode: 34,
} as const

/** 34 of "v1.34.2-eks-1a2b3c"; undefined where it cannot be told: then nothing is taken for missing. */
export function minorOf(gitVersion: string | undefined): number | undefined {
  const match = /^v?1\.(\d+)/.exec(gitVersion ?? '')
  return match === null ? undefined : Number(match[1])
}

export const isIn = (minor: number | undefined, first: number): boolean => minor === undefined || minor >= first
