import type { OwnedRecord, Owner } from '../objects.ts'
import { fields, identityOf, items, type Raw, text } from './raw.ts'

/** The owner with `controller: true`; an object has at most one. */
export function controllerOf(metadata: Raw): Owner | undefined {
  const owner = items(metadata.ownerReferences).find(({ controller }) => controller === true)
  const kind = text(owner?.kind)
  const name = text(owner?.name)
  return kind === undefined || name === undefined ? undefined : { kind, name }
}

/** A ReplicaSet or Job, also as PartialObjectMetadata. @throws Error when it has no identity. */
export function trimOwned(raw: Raw): OwnedRecord {
  const metadata = fields(raw.metadata)
  return { ...identityOf(metadata), owner: controllerOf(metadata) }
}
