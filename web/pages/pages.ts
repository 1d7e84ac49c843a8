import type { PageName } from '@weir/contract/page-paths.ts'
import { type ComponentType, lazy } from 'react'
import type { PageProps } from '../frame/page-props.ts'
import { OverviewPage } from './traffic/overview-page.tsx'

type Page = ComponentType<PageProps>
const later = (load: () => Promise<Page>): Page => lazy(async () => ({ default: await load() }))

/** Each page but the first is loaded when somebody goes there. */
export const pages: { readonly [page in PageName]: Page } = {
  overview: OverviewPage,
  pairs: later(async () => (await import('./traffic/pairs-page.tsx')).PairsPage),
  zones: later(async () => (await import('./traffic/zones-page.tsx')).ZonesPage),
  costs: later(async () => (await import('./costs/costs-page.tsx')).CostsPage),
  rollouts: later(async () => (await import('./rollouts/rollouts-page.tsx')).RolloutsPage),
  rollout: later(async () => (await import('./rollouts/rollout-page.tsx')).RolloutPage),
  service: later(async () => (await import('./service/service-page.tsx')).ServicePage),
  advice: later(async () => (await import('./advice/advice-page.tsx')).AdvicePage),
  flows: later(async () => (await import('./flows/flows-page.tsx')).FlowsPage),
  health: later(async () => (await import('./health/health-page.tsx')).HealthPage),
  about: later(async () => (await import('./about/about-page.tsx')).AboutPage),
}
