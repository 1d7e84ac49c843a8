import type { ReactNode } from 'react'
import { goTo } from './use-address.ts'

interface Props {
  readonly to: string
  readonly current?: boolean
  readonly className?: string
  readonly children: ReactNode
}

/** A link within the page: it has a real address, so that it can be opened in another tab, copied or gone back from. */
export function Link({ to, current = false, className, children }: Props) {
  return (
    <a
      href={to}
      className={className}
      aria-current={current ? 'page' : undefined}
      onClick={event => {
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        goTo(to)
        window.scrollTo(0, 0)
      }}
    >
      {children}
    </a>
  )
}
