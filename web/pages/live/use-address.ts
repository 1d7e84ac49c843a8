import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { readAddress, type View, writeAddress } from '../../address.ts'

export type ChangeView = (change: Partial<View>) => void

const changed = 'weir:address'

function onAddress(listener: () => void): () => void {
  window.addEventListener('popstate', listener)
  window.addEventListener(changed, listener)
  return () => {
    window.removeEventListener('popstate', listener)
    window.removeEventListener(changed, listener)
  }
}

/** The view in the address bar. Every change is a step of the browser's history: Back undoes it. */
export function useAddress(): {
  readonly view: View
  readonly problems: readonly string[]
  readonly change: ChangeView
} {
  const search = useSyncExternalStore(onAddress, () => window.location.search)
  const address = useMemo(() => readAddress(search), [search])
  const change = useCallback<ChangeView>(part => {
    const { view } = readAddress(window.location.search)
    const next = window.location.pathname + writeAddress({ ...view, ...part })
    if (next === window.location.pathname + window.location.search) return
    window.history.pushState(null, '', next)
    window.dispatchEvent(new Event(changed))
  }, [])
  return { ...address, change }
}
