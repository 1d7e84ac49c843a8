import { fields, items, type Raw, text } from './trim/raw.ts'

/** One page of a list. */
export interface Page<T> {
  readonly records: readonly T[]
  /** What was wrong with objects that were skipped. */
  readonly bad: readonly string[]
  /** Asks for the next page; undefined on the last. */
  readonly continue: string | undefined
  readonly resourceVersion: string
}

/** One line of a watch. */
export type Frame<T> =
  | { readonly kind: 'put'; readonly record: T; readonly resourceVersion: string | undefined }
  | { readonly kind: 'gone'; readonly uid: string; readonly resourceVersion: string | undefined }
  | { readonly kind: 'bookmark'; readonly resourceVersion: string | undefined }
  | { readonly kind: 'bad object'; readonly detail: string; readonly resourceVersion: string | undefined }
  | {
      readonly kind: 'error'
      readonly code: number
      readonly message: string
      readonly retryAfterMs: number | undefined
    }

type Trim<T> = (raw: Raw) => T

/** @throws Error when it is no list: not JSON, or without metadata.resourceVersion. */
export function readPage<T>(body: string, trim: Trim<T>): Page<T> {
  const list = fields(JSON.parse(body))
  const metadata = fields(list.metadata)
  const resourceVersion = text(metadata.resourceVersion)
  if (resourceVersion === undefined) throw new Error('a list without metadata.resourceVersion')
  const records: T[] = []
  const bad: string[] = []
  for (const raw of items(list.items)) {
    try {
      records.push(trim(raw))
    } catch (error) {
      bad.push(String(error))
    }
  }
  return { records, bad, continue: text(metadata.continue), resourceVersion }
}

/** @throws Error when the line is no JSON or of a type that is not known: what it said is lost, so a list must follow. */
export function readFrame<T>(line: string, trim: Trim<T>): Frame<T> {
  const { type, object } = fields(JSON.parse(line))
  const raw = fields(object)
  const metadata = fields(raw.metadata)
  const resourceVersion = text(metadata.resourceVersion)
  const uid = text(metadata.uid)
  switch (type) {
    case 'BOOKMARK':
      return { kind: 'bookmark', resourceVersion }
    case 'ERROR':
      return errorFrame(raw)
    case 'DELETED':
      if (uid === undefined) return { kind: 'bad object', detail: 'a deletion without metadata.uid', resourceVersion }
      return { kind: 'gone', uid, resourceVersion }
    case 'ADDED':
    case 'MODIFIED':
      try {
        return { kind: 'put', record: trim(raw), resourceVersion }
      } catch (error) {
        return { kind: 'bad object', detail: String(error), resourceVersion }
      }
    default:
      throw new Error('a frame of no known type')
  }
}

/** A Status object, as the API server also answers failed requests. */
function errorFrame(status: Raw): Frame<never> {
  const seconds = fields(status.details).retryAfterSeconds
  return {
    kind: 'error',
    code: typeof status.code === 'number' ? status.code : 500,
    message: text(status.message) ?? text(status.reason) ?? 'no message',
    retryAfterMs: typeof seconds === 'number' ? seconds * 1_000 : undefined,
  }
}
