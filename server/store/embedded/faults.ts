import { StorageError } from '../flow-store.ts'

/**
 * What an error of the engine means to the callers. The engine gives text only (DuckDB 1.5); unknown text is
 * `unavailable`: the agents keep their batches and try again.
 */
export function storageError(error: unknown, doing: string): StorageError {
  if (error instanceof StorageError) return error
  const text = error instanceof Error ? error.message : String(error)
  return new StorageError(codeOf(text), `${doing}: ${text.split('\n', 1)[0]}`, error)
}

function codeOf(text: string): StorageError['code'] {
  // After a failed checkpoint the engine refuses everything, reads too, until it is opened anew.
  if (/database has been invalidated|FATAL Error|INTERNAL Error/i.test(text)) return 'broken'
  if (/No space left|ENOSPC|not enough (disk )?space|disk full/i.test(text)) return 'disk full'
  if (/Conflicting lock|Could not set lock/i.test(text)) return 'held by another process'
  return 'unavailable'
}

/** A table the query was planned for was folded into another one or dropped: plan again. */
export const isTableGone = (error: unknown): boolean =>
  error instanceof Error && /Table with name .* does not exist/.test(error.message)

export const isWalFault = (error: unknown): boolean =>
  error instanceof Error && /WAL file|replaying WAL|write-ahead log/i.test(error.message)
