import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { readAddress, type View, withParameters, writeAddress } from '../address.ts'

export type ChangeView = (change: Partial<View>) => void
export type ChangeParameters = (change: { readonly [name: string]: string | undefined }) => void

const changed = 'weir:address'

function onAddress(listener: () => void): () => void {
  window.addEventListener('popstate', listener)
  window.addEventListener(changed, listener)
  return () => {
    window.removeEventListener('popstate', listener)
    window.removeEventListener(changed, listener)
  }
}

/** Goes to an address of this site without loading it. Every change is a step of the browser's history: Back undoes it. */
export function goTo(address: string): void {
  if (address === window.location.pathname + window.location.search) return
  window.history.pushState(null, '', address)
  window.dispatchEvent(new Event(changed))
}

export interface Address {
  readonly path: string
  readonly search: string
  /** What the pages share and the pages about traffic can choose. */
  readonly view: View
  /** A sentence for each value of the view that was not understood. */
  readonly problems: readonly string[]
  readonly change: ChangeView
  /** Changes parameters of a page's own. */
  readonly set: ChangeParameters
}

export function useAddress(): Address {
  const path = useSyncExternalStore(onAddress, () => window.location.pathname)
  const search = useSyncExternalStore(onAddress, () => window.location.search)
  const address = useMemo(() => readAddress(search), [search])
  const change = useCallback<ChangeView>(part => {
    const { pathname, search: before } = window.location
    goTo(pathname + writeAddress({ ...readAddress(before).view, ...part }, before))
  }, [])
  const set = useCallback<ChangeParameters>(part => {
    goTo(window.location.pathname + withParameters(window.location.search, part))
  }, [])
  return { path, search, ...address, change, set }
}
