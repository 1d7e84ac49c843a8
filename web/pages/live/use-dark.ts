import { useSyncExternalStore } from 'react'

const query = '(prefers-color-scheme: dark)'

function onChange(listener: () => void): () => void {
  const media = window.matchMedia(query)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}

/** Whether the system asks for dark colours. CSS follows by itself; a canvas has to be told. */
export const useSystemDark = (): boolean => useSyncExternalStore(onChange, () => window.matchMedia(query).matches)
