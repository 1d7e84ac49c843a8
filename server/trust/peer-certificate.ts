import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { epochMs } from '@weir/contract/units.ts'
import type { PeerCertificate } from './authenticate.ts'

/** The certificate that the other end of a connection showed; undefined: no TLS, or none was shown. */
export function peerCertificateOf(socket: Socket): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined
  const certificate = socket.getPeerCertificate()
  // Node gives an empty object where none was shown.
  if (certificate === null || Object.keys(certificate).length === 0) return undefined
  const validUntil = Date.parse(certificate.valid_to)
  const { CN } = certificate.subject ?? {}
  return {
    fault: socket.authorized ? undefined : String(socket.authorizationError ?? 'not verified'),
    commonName: typeof CN === 'string' ? CN : undefined,
    alternativeNames: namesOf(certificate.subjectaltname),
    validUntil: epochMs(Number.isNaN(validUntil) ? 0 : validUntil),
  }
}

/** `URI:node:a, DNS:b`. Node quotes a name that holds a comma: of such a text none is believed, or one could be smuggled in. */
function namesOf(text = ''): string[] {
  return text === '' || text.includes('"') ? [] : text.split(', ')
}
