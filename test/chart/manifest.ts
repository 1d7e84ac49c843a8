import { parseAllDocuments } from 'yaml'

/** An object for the API server, as it was rendered. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
}

/** @throws Error with YAML's own message, or with the document that is no object of Kubernetes. */
export function parseManifests(yaml: string): readonly Manifest[] {
  // 1.1, because the API server reads it so: 0440 is octal there.
  const documents = parseAllDocuments(yaml, { version: '1.1' })
  if (!Array.isArray(documents)) return []
  return documents.flatMap(document => {
    if (document.errors[0] !== undefined) throw document.errors[0]
    const value: unknown = document.toJS()
    if (value === null) return []
    if (!isManifest(value)) throw new Error(`not an object of Kubernetes: ${JSON.stringify(value).slice(0, 200)}`)
    return [value]
  })
}

function isManifest(value: unknown): value is Manifest {
  return [at(value, 'apiVersion'), at(value, 'kind'), at(value, 'metadata', 'name')].every(
    one => typeof one === 'string' && one !== '',
  )
}

/** What is at a path of keys; undefined where it ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = Object.entries(here).find(([name]) => name === key)?.[1]
  }
  return here
}

/** The same, where a list is expected; no list is an empty one. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

/** The same, where a text is expected; anything else is empty. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** Spec of the pods that an object makes, undefined where it makes none. */
export function podSpec(manifest: Manifest): unknown {
  return manifest.kind === 'Pod' ? at(manifest, 'spec') : at(manifest, 'spec', 'template', 'spec')
}

export const containersOf = (pod: unknown): readonly unknown[] => [
  ...listAt(pod, 'initContainers'),
  ...listAt(pod, 'containers'),
]

/** One object of a rendering. @throws Error when it is not there. */
export function pick(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find(one => one.kind === kind && one.metadata.name === name)
  if (found === undefined) throw new Error(`no ${kind} ${name} among ${manifests.map(one => one.kind).join(', ')}`)
  return found
}
