import { nearest } from '@weir/contract/settings.ts'
import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml'

/** Where something stands in the file: line and column from 1; `key` such as pods[3].addresses[0]. */
export interface Spot {
  readonly line: number
  readonly column: number
  readonly key: string
}

export interface Problem extends Spot {
  readonly detail: string
}

/** A value with its place, for checks that look at several of them. */
export interface Located<T> {
  readonly value: T
  readonly at: Spot
}

/** Collects what is wrong with one file. */
export class Report {
  readonly problems: Problem[] = []
  readonly document: Document
  readonly #lines: LineCounter

  constructor(document: Document, lines: LineCounter) {
    this.document = document
    this.#lines = lines
  }

  spot(node: Node | null | undefined, key: string): Spot {
    const { line, col } = this.#lines.linePos(node?.range?.[0] ?? 0)
    return { line: Math.max(line, 1), column: Math.max(col, 1), key }
  }

  /** Whether anything under this key was found wrong: then what it leaves out is no further problem. */
  touches(key: string): boolean {
    return this.problems.some(problem => problem.key.startsWith(key))
  }

  add(at: Spot, detail: string): void {
    this.problems.push({ ...at, detail })
  }
}

/** Reads one value of the file; undefined after a problem was reported. */
export type Read<T> = (node: Node | null | undefined, key: string, report: Report) => T | undefined

interface Field<T> {
  readonly read: Read<T>
  /** What stands for a key that is missing; a field without it must be given. */
  readonly fallback?: { readonly value: T }
}

export const required = <T>(read: Read<T>): Field<T> => ({ read })
export const optional = <T, F>(read: Read<T>, fallback: F): Field<T | F> => ({ read, fallback: { value: fallback } })

/** A mapping with these keys and no others. */
export function record<T extends object>(fields: { readonly [K in keyof T]: Field<T[K]> }): Read<T & { at: Spot }> {
  const known = Object.keys(fields)
  return (node, key, report) => {
    const at = report.spot(node, key)
    if (!isMap(node)) {
      report.add(at, `expected keys ${known.join(', ')}, found ${shown(node)}`)
      return undefined
    }
    const nodes = new Map<string, Node | null>()
    const meant = new Set<string>()
    for (const pair of node.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : '?'
      // The parser makes nodes of all keys and values; its types allow for documents made by hand.
      if (known.includes(name)) nodes.set(name, pair.value as Node | null)
      else {
        const close = nearest(name, known)
        meant.add(close)
        report.add(report.spot(pair.key as Node, join(key, name)), `unknown key: did you mean "${close}"?`)
      }
    }
    const values: { [name: string]: unknown } = { at }
    let complete = true
    for (const name of known) {
      const { read, fallback } = fields[name as keyof T]
      const value = nodes.get(name)
      if (value !== undefined) values[name] = read(value, join(key, name), report)
      else if (fallback !== undefined) values[name] = fallback.value
      else if (!meant.has(name)) report.add(at, `"${name}" is missing`)
      complete &&= value !== undefined ? values[name] !== undefined : fallback !== undefined
    }
    return complete ? (values as T & { at: Spot }) : undefined
  }
}

const join = (key: string, name: string): string => (key === '' ? name : `${key}.${name}`)

/** A list; nothing after the colon is an empty one. Items with problems are left out. */
export function list<T>(item: Read<T>): Read<readonly T[]> {
  return (node, key, report) => {
    if (isScalar(node) && node.value === null) return []
    if (!isSeq(node)) {
      report.add(report.spot(node, key), `expected a list, found ${shown(node)}`)
      return undefined
    }
    const values = node.items.map((child, i) => item(child as Node, `${key}[${i}]`, report))
    return values.filter(value => value !== undefined)
  }
}

/** A single value that `parse` accepts. @param want what would be right, for the problem's text */
export function scalar<T>(parse: (value: unknown) => T | undefined, want: string): Read<T> {
  return (node, key, report) => {
    const value = isScalar(node) ? parse(node.value) : undefined
    if (value === undefined) report.add(report.spot(node, key), `expected ${want}, found ${shown(node)}`)
    return value
  }
}

export function located<T>(read: Read<T>): Read<Located<T>> {
  return (node, key, report) => {
    const value = read(node, key, report)
    return value === undefined ? undefined : { value, at: report.spot(node, key) }
  }
}

/** Anything; as text that is equal exactly when two values are, whatever the order of their keys. */
export const anything: Read<string> = (node, key, report) => {
  try {
    return JSON.stringify(node?.toJS(report.document) ?? null, sortedKeys)
  } catch (error) {
    report.add(report.spot(node, key), error instanceof Error ? error.message : String(error)) // an alias to nothing
    return undefined
  }
}

function sortedKeys(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function shown(node: Node | null | undefined): string {
  if (isMap(node)) return 'a mapping'
  if (isSeq(node)) return 'a list'
  if (!isScalar(node)) return node === null || node === undefined ? 'nothing' : 'an alias (not supported here)'
  const { value } = node
  if (value === null) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  return `the ${typeof value === 'boolean' ? 'word' : 'number'} ${node.source ?? String(value)}`
}
