/** A colour of look/colours.css as a canvas needs it: resolved for the theme in force. */
export function resolvedColour(element: HTMLElement, variable: string): string {
  const before = element.style.color
  element.style.color = `var(${variable})`
  const colour = getComputedStyle(element).color
  element.style.color = before
  return colour
}

/** "rgb(1, 2, 3)" with an opacity. Other notations are given back as they are. */
export const withOpacity = (colour: string, opacity: number): string =>
  colour.replace(/^rgb\((.*)\)$/, (_, parts: string) => `rgba(${parts}, ${opacity})`)

const crossings = ['same-zone', 'cross-zone', 'cross-region', 'internet', 'unknown']

/** A crossing has its colour everywhere on the page. Lines beyond the eighth share the colour of "other". */
export function lineVariable(index: number, name: string): string {
  if (crossings.includes(name)) return `--${name}`
  return name === 'other' || index > 7 ? '--line-9' : `--line-${index + 1}`
}
