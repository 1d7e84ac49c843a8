export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

// A taste, not a part of the view: it stays in the browser, so that a shared link does not carry it along.
const KEY = 'weir.theme'

export function savedTheme(): Theme {
  try {
    return themes.find(theme => theme === localStorage.getItem(KEY)) ?? 'auto'
  } catch {
    return 'auto' // storage is forbidden in this browser
  }
}

export function saveTheme(theme: Theme): void {
  applyTheme(theme)
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // The choice then holds until the page is left.
  }
}

/** `auto` follows the system by CSS alone; the other two win over it by an attribute. */
export function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}
