import type { Feed } from '../feed/feed.ts'
import type { Traffic } from '../pages/traffic/traffic.ts'
import type { Route } from '../route.ts'
import type { Screen } from './screen.ts'
import type { Status } from './status.ts'
import type { Address } from './use-address.ts'

/** What every page is given. */
export interface PageProps {
  readonly feed: Feed
  readonly route: Route
  readonly address: Address
  readonly screen: Screen
  readonly status: Status
  /** Of the pages about traffic; on the others undefined. */
  readonly traffic: Traffic
  /** The browser's clock, once a second; paused, it stands still. */
  readonly now: number
  /** Changes when the theme does: a canvas has to be painted anew. */
  readonly theme: string
}
