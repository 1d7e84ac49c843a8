import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Reason to skip a test that needs certificates; false: they can be made. */
export const withoutOpenssl =
  spawnSync('openssl', ['version']).status === 0 ? false : 'needs openssl, which makes the certificates'

export interface Pair {
  readonly certFile: string
  readonly keyFile: string
  readonly cert: string
  readonly key: string
}

/** Certificates in a folder that goes with `using`. */
export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), 'weir-certificates-'))

  /** A CA that signs itself. */
  authority(name: string): Pair {
    const pair = this.#pair(name)
    openssl('req', '-x509', '-key', pair.keyFile, '-out', pair.certFile, '-days', '2', '-subj', `/CN=${name}`)
    return this.#read(pair)
  }

  /** A certificate signed by `by`. @param names such as `URI:node:a1` or `IP:127.0.0.1` */
  signed(by: Pair, commonName: string, names = ''): Pair {
    const pair = this.#pair(`${commonName}-${names}`.replace(/[^a-z0-9]/gi, '_'))
    const extensions = names === '' ? [] : ['-addext', `subjectAltName=${names}`]
    const from = ['-CA', by.certFile, '-CAkey', by.keyFile, '-subj', `/CN=${commonName}`, ...extensions]
    openssl('req', '-x509', '-key', pair.keyFile, '-out', pair.certFile, '-days', '1', ...from)
    return this.#read(pair)
  }

  /** Puts a pair where a listener looks for its own. */
  install(pair: Pair, name: string): { readonly cert: string; readonly key: string } {
    const [cert, key] = [join(this.folder, `${name}.crt`), join(this.folder, `${name}.key`)]
    writeFileSync(cert, pair.cert)
    writeFileSync(key, pair.key)
    return { cert, key }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #pair(name: string): { readonly certFile: string; readonly keyFile: string } {
    const [certFile, keyFile] = [join(this.folder, `${name}.pem`), join(this.folder, `${name}-key.pem`)]
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', keyFile)
    return { certFile, keyFile }
  }

  #read({ certFile, keyFile }: { readonly certFile: string; readonly keyFile: string }): Pair {
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
  }
}

const openssl = (...args: readonly string[]): Buffer => execFileSync('openssl', args, { stdio: 'pipe' })
