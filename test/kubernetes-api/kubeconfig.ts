export interface KubeconfigFields {
  readonly server: string
  readonly ca?: string
  readonly token?: string
  readonly tokenFile?: string
}

/** A kubeconfig as JSON, which is YAML. Plain HTTP must be allowed by insecure-skip-tls-verify. */
export function kubeconfigText({ server, ca, token, tokenFile }: KubeconfigFields): string {
  const isPlain = server.startsWith('http:')
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [
      {
        name: 'test',
        cluster: {
          server,
          ...(isPlain && { 'insecure-skip-tls-verify': true }),
          ...(ca !== undefined && { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
        },
      },
    ],
    users: [
      {
        name: 'test',
        user: {
          ...(token !== undefined && { token }),
          ...(tokenFile !== undefined && { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } }),
        },
      },
    ],
  })
}
