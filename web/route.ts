import { type PageName, pagePaths } from '@weir/contract/page-paths.ts'

export interface Route {
  readonly page: PageName
  /** What stands in the path in place of `:name`, decoded. */
  readonly parts: { readonly [name: string]: string }
}

/** The page of a path; undefined where there is none. A slash at the end makes no difference. */
export function routeOf(path: string): Route | undefined {
  const given = path.split('/').filter(part => part !== '')
  for (const [page, pattern] of Object.entries(pagePaths) as [PageName, string][]) {
    const wanted = pattern.split('/').filter(part => part !== '')
    const fits = wanted.length === given.length && wanted.every((part, i) => part.startsWith(':') || part === given[i])
    if (!fits) continue
    const parts = wanted.flatMap((part, i) => (part.startsWith(':') ? [[part.slice(1), decoded(given[i] ?? '')]] : []))
    return { page, parts: Object.fromEntries(parts) }
  }
  return undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a lone % is what it is
  }
}

/** The path of a page. @throws RangeError on a part that its pattern names and `parts` lacks. */
export function pathOf(page: PageName, parts: { readonly [name: string]: string } = {}): string {
  return pagePaths[page].replace(/:(\w+)/g, (_, name: string) => {
    const part = parts[name]
    if (part === undefined || part === '') throw new RangeError(`the path of ${page} needs a ${name}`)
    return encodeURIComponent(part)
  })
}

/** Pages of the menu, in its order. */
export const menu: readonly PageName[] = [
  'overview',
  'pairs',
  'zones',
  'costs',
  'rollouts',
  'advice',
  'flows',
  'health',
  'about',
]

export const titles: { readonly [page in PageName]: string } = {
  overview: 'Overview',
  pairs: 'Pairs',
  zones: 'Zones',
  costs: 'Costs',
  rollouts: 'Rollouts',
  rollout: 'Rollout',
  service: 'Service',
  advice: 'Advice',
  flows: 'Flows',
  health: 'Health',
  about: 'About',
}

/** The entry of the menu that a page belongs to. */
export const menuOf = (page: PageName): PageName => (page === 'rollout' || page === 'service' ? 'rollouts' : page)
