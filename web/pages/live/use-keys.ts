import { type RefObject, useEffect } from 'react'

/** Keys for the whole page: "/" to the filter box, "l" for live or paused. Not while something is being typed. */
export function useKeys(box: RefObject<HTMLInputElement | null>, onLive: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Escape' && event.target === box.current) box.current?.blur()
      if (isTyped(event.target)) return
      if (event.key === '/') {
        event.preventDefault()
        box.current?.focus()
      }
      if (event.key === 'l') onLive()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [box, onLive])
}

/** In a list a letter jumps to an entry; in a radio button it means nothing, so the page may have it. */
function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== 'radio')
}
