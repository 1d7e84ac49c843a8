import { LOGIN_PATH } from './next-page.ts'

export interface LoginPage {
  readonly way: 'token' | 'oidc'
  /** Where to go afterwards, as nextPage() gives it. */
  readonly next: string
  /** What went wrong, for people; empty at first. */
  readonly says: string
}

/**
 * Fills the built login page, which works without a script: its marks are {{way}}, {{next}}, {{says}} and {{provider}},
 * the address that begins signing in at the provider.
 */
export function loginPage(template: string, { way, next, says }: LoginPage): string {
  const provider = `${LOGIN_PATH}/oidc?next=${encodeURIComponent(next)}`
  const values: { readonly [mark: string]: string } = { way, next, says, provider }
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, mark: string) => escapeHtml(values[mark] ?? ''))
}

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, character => entities[character] ?? '')

/** Where the page is not built: what to do with curl. */
export const unbuiltLoginPage = `<!doctype html><title>Weir</title><p>The page is not built: run npm run build. {{says}}</p>`
