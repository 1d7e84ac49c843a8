import { sharedQuery } from '../address.ts'
import { pathOf } from '../route.ts'
import { Link } from './link.tsx'

export function NoPage({ search }: { readonly search: string }) {
  return (
    <div className="message panel">
      <h2>There is no such page</h2>
      <p>
        The address leads nowhere. <Link to={pathOf('overview') + sharedQuery(search)}>Go to the overview</Link>, or
        choose a page above.
      </p>
    </div>
  )
}
