import { parse } from 'yaml'
import type { Scope } from '../answers/scope.ts'

/** What somebody may see, by name and groups. An empty set: nothing. */
export interface Rights {
  of(name: string, groups: readonly string[]): Scope
  /** Groups that give a right: no other need be remembered. */
  isKnownGroup(group: string): boolean
}

/** Without a rights file everybody who is let in sees everything. */
export const rightsToAll: Rights = { of: () => 'all', isKnownGroup: () => false }

type Table = ReadonlyMap<string, Scope>

/**
 * Reads a rights file: YAML with `users` and `groups`, each from a name to `all` or a list of namespaces. Who is in
 * several places has the rights of all of them.
 * @throws Error that says where it is wrong and what would be right.
 */
export function parseRights(text: string): Rights {
  const content: unknown = parse(text)
  const parts = entriesOf(content, 'the rights file')
  for (const [name] of parts)
    if (name !== 'users' && name !== 'groups') throw new Error(`unknown key ${JSON.stringify(name)}: users, groups`)
  const users = tableOf(parts, 'users')
  const groups = tableOf(parts, 'groups')
  return {
    isKnownGroup: group => groups.has(group),
    of: (name, of) => {
      const given = [users.get(name), ...of.map(group => groups.get(group))].filter(scope => scope !== undefined)
      if (given.includes('all')) return 'all'
      return new Set(given.flatMap(scope => [...scope]))
    },
  }
}

function tableOf(parts: readonly [string, unknown][], part: string): Table {
  const found = parts.find(([name]) => name === part)?.[1]
  const entries = found === undefined || found === null ? [] : entriesOf(found, part)
  return new Map(entries.map(([name, right]) => [name, scopeIn(right, `${part}.${name}`)]))
}

function entriesOf(value: unknown, where: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${where}: expected names with their namespaces`)
  return Object.entries(value)
}

function scopeIn(right: unknown, where: string): Scope {
  if (right === 'all') return 'all'
  const wanted = 'expected all, or a list of namespaces'
  if (!Array.isArray(right)) throw new Error(`${where}: ${wanted}`)
  return new Set(
    right.map((namespace: unknown) => {
      // RFC 1123 label, as Kubernetes names its namespaces: a pattern such as shop-* would silently match nothing.
      if (typeof namespace !== 'string' || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace))
        throw new Error(`${where}: ${JSON.stringify(namespace)} is no namespace; ${wanted}`)
      return namespace
    }),
  )
}
