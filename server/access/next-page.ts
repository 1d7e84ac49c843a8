export const LOGIN_PATH = '/login'

/**
 * Where to go after signing in: a path of this dashboard with its query and fragment, whatever was given. Anything else
 * (another host, //host, /\host, javascript:) becomes the page itself.
 */
export function nextPage(given: unknown): string {
  const base = 'http://weir.invalid'
  if (typeof given !== 'string' || !given.startsWith('/') || !URL.canParse(given, base)) return '/'
  const url = new URL(given, base)
  // A path such as /.//host has the right origin and would still be another host's once it is sent as it is.
  if (url.origin !== base || url.pathname.startsWith('//') || url.pathname.startsWith(LOGIN_PATH)) return '/'
  return url.pathname + url.search + url.hash
}
