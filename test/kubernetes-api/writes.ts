import { kinds, type Plural } from './kinds.ts'
import type { KubernetesObject, ObjectStore } from './object-store.ts'
import type { Tokens } from './tokens.ts'
import { status } from './views.ts'

export interface Written {
  readonly code: number
  readonly body: object
}

const OBJECT = /^(\/api\/v1|\/apis\/[^/]+\/v1)\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+)(?:\/(status|token))?)?$/

/** Objects made, changed and deleted over HTTP. Nothing is checked: the real API server's rules are not repeated here. */
export class Writes {
  readonly #store: ObjectStore
  readonly #tokens: Tokens

  constructor(store: ObjectStore, tokens: Tokens) {
    this.#store = store
    this.#tokens = tokens
  }

  /** undefined: there is no such thing to write. */
  answer(method: string, path: string, body: KubernetesObject): Written | undefined {
    if (/^\/api\/v1\/namespaces(\/[^/]+)?$/.test(path)) return { code: method === 'POST' ? 201 : 200, body }
    const [, group = '', namespace = '', plural = '', name = '', part] = OBJECT.exec(path) ?? []
    if (plural === 'serviceaccounts') return part === 'token' ? this.#token(namespace, name, body) : { code: 201, body }
    const kind = Object.hasOwn(kinds, plural) ? kinds[plural as Plural] : undefined // is one of its keys
    if (kind === undefined || kind.path !== `${group}/${plural}`) return undefined
    const key = `${namespace}/${name}`
    const known = this.#store.get(kind.path, key)
    if (method === 'POST') {
      const object = { ...body, metadata: { ...body.metadata, namespace } }
      return { code: 201, body: this.#store.put(kind.path, object) }
    }
    if (known === undefined) return { code: 404, body: status(404, 'NotFound', `${plural} "${name}" not found`) }
    if (method === 'PUT') {
      // A part is written alone: the rest stays as it is.
      const object = part === 'status' ? { ...known, status: body.status } : body
      return { code: 200, body: this.#store.put(kind.path, object) }
    }
    this.#store.delete(kind.path, key)
    return { code: 200, body: known }
  }

  /** A TokenRequest of authentication.k8s.io/v1. */
  #token(namespace: string, name: string, request: KubernetesObject): Written {
    const { audiences } = request.spec as { audiences: readonly string[] } // the contract suite is its only client
    const [audience = ''] = audiences
    const token = this.#tokens.issue({ serviceAccount: `${namespace}/${name}`, audience })
    return { code: 201, body: { ...request, status: { token, expirationTimestamp: new Date(0).toISOString() } } }
  }
}
