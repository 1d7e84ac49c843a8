import { type Authenticate, unauthorised } from './authenticate.ts'

/** `node:<name>`, as the certificate's common name or as a URI among its alternative names. */
const NODE = /^node:([A-Za-z0-9][A-Za-z0-9._-]{0,252})$/

export interface ClientCertificateOptions {
  /** The cluster whose nodes our CA signs for; undefined: as the agent says. */
  readonly cluster: string | undefined
  /** Epoch ms. */
  readonly now: () => number
}

/** mTLS: a certificate of the CA that the agents' listener was given (`--agents-client-ca`), which names its node. */
export function clientCertificate({ cluster, now }: ClientCertificateOptions): Authenticate {
  return async ({ peerCertificate }) => {
    if (peerCertificate === undefined)
      return unauthorised('no credential', 'expected a client certificate: --tls-cert and --tls-key of the agent')
    const { fault, validUntil, commonName, alternativeNames } = peerCertificate
    if (fault !== undefined) return unauthorised('untrusted certificate', `the client certificate: ${fault}`)
    // Checked in the handshake, which may have been days ago on a connection that is kept.
    if (validUntil <= now()) return unauthorised('expired', 'the client certificate has expired')
    const names = alternativeNames.flatMap(name => (name.startsWith('URI:') ? [name.slice(4)] : []))
    const nodes = new Set([commonName ?? '', ...names].flatMap(name => NODE.exec(name)?.[1] ?? []))
    const [node] = nodes
    if (node === undefined || nodes.size > 1)
      return unauthorised('no node', 'expected one node:<name> as common name or URI of the client certificate')
    return { identity: 'proven', node, ...(cluster !== undefined && { cluster }) }
  }
}
