import type { PageName } from '@weir/contract/page-paths.ts'
import { sharedQuery } from '../address.ts'
import { menu, menuOf, pathOf, titles } from '../route.ts'
import { Link } from './link.tsx'

/** Every entry carries along what the pages share: filters, time, and whether it is a demo. */
export function PagesNav({ page, search }: { readonly page: PageName | undefined; readonly search: string }) {
  return (
    <nav className="pages" aria-label="Pages">
      <ul>
        {menu.map(name => (
          <li key={name}>
            <Link to={pathOf(name) + sharedQuery(search)} current={page !== undefined && menuOf(page) === name}>
              {titles[name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
