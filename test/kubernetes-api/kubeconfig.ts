export interface KubeconfigFields {
  readonly server: string
  readonly ca?: string
  readonly token?: string
  readonly tokenFile?: string
  /** Files. */
  readonly certificate?: { readonly cert: string; readonly key: string }
  /** A program and its arguments that print an ExecCredential. */
  readonly exec?: readonly [command: string, ...args: string[]]
}

/** A kubeconfig as JSON, which is YAML. Plain HTTP must be allowed by insecure-skip-tls-verify. */
export function kubeconfigText({ server, ca, token, tokenFile, certificate, exec }: KubeconfigFields): string {
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
          ...(certificate && { 'client-certificate': certificate.cert, 'client-key': certificate.key }),
          ...(exec && {
            exec: { apiVersion: 'client.authentication.k8s.io/v1', command: exec[0], args: exec.slice(1) },
          }),
          ...(tokenFile !== undefined && { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } }),
        },
      },
    ],
  })
}
