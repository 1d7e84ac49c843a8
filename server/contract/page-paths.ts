/**
 * Addresses of the dashboard's pages, `:name` for one part of a path. The server answers each with the same file; which
 * page it is, is the page's own matter.
 */
export const pagePaths = {
  overview: '/',
  pairs: '/pairs',
  zones: '/zones',
  costs: '/costs',
  rollouts: '/rollouts',
  rollout: '/rollouts/:id',
  service: '/services/:namespace/:name',
  advice: '/advice',
  flows: '/flows',
  health: '/health',
  about: '/about',
} as const
export type PageName = keyof typeof pagePaths
