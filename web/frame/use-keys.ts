import { useEffect } from 'react'

interface Keys {
  readonly onLive: () => void
  readonly onHelp: () => void
}

/** What each key does; the help shows the same list. */
export const keyWords: readonly (readonly [key: string, does: string])[] = [
  ['/', 'go to the filter box, where the page has one'],
  ['t', 'go to the choice of time, where the page has one'],
  ['l', 'hold live data still, or let it go on'],
  ['?', 'show or hide this list'],
  ['Esc', 'leave the filter box, or this list'],
]

/** Keys for the whole page. Not while something is being typed. */
export function useKeys({ onLive, onHelp }: Keys): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const box = document.getElementById('filter')
      if (event.key === 'Escape' && event.target === box) box?.blur()
      if (isTyped(event.target)) return
      const target = event.key === '/' ? box : event.key === 't' ? document.getElementById('time') : null
      if (target !== null) {
        event.preventDefault()
        target.focus()
      }
      if (event.key === 'l') onLive()
      if (event.key === '?') onHelp()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [onLive, onHelp])
}

/** In a list a letter jumps to an entry; in a radio button it means nothing, so the page may have it. */
function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== 'radio')
}
