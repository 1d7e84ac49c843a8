import { ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

type Rgb = readonly [number, number, number]
const css = readFileSync(new URL('../../../web/look/colours.css', import.meta.url), 'utf8')
/** Every variable as its light and its dark colour. */
const colours = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name ?? '',
    { light: rgb(light ?? ''), dark: rgb(dark ?? '') },
  ]),
)

function rgb(hex: string): Rgb {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255
  return [part(0), part(2), part(4)]
}

/** WCAG 2.2: relative luminance and contrast ratio, w3.org/TR/WCAG22/#dfn-contrast-ratio. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0)
}
function contrast(a: Rgb, b: Rgb): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

const TEXT = 4.5
const SHAPES = 3
const grounds = ['ground', 'surface', 'raised']
const pairs: readonly [ink: string, on: readonly string[], atLeast: number][] = [
  ['ink', [...grounds, 'accent-wash', 'warn-wash'], TEXT],
  ['quiet', grounds, TEXT],
  ['accent', ['surface', 'raised', 'accent-wash'], TEXT],
  ['on-accent', ['accent'], TEXT],
  ['good', ['surface'], TEXT],
  ['warn', ['surface', 'raised', 'warn-wash'], TEXT],
  ['bad', ['surface', 'ground', 'bad-wash'], TEXT],
  ['heat-ink-pale', ['heat-1', 'heat-2', 'heat-3', 'heat-4'], TEXT],
  ['heat-ink-deep', ['heat-5', 'heat-6'], TEXT],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n): [string, string[], number] => [`line-${n}`, ['surface'], SHAPES]),
  ['cross-zone', ['surface'], SHAPES],
]
for (const theme of ['light', 'dark'] as const)
  for (const [ink, on, atLeast] of pairs)
    test(`${theme}: ${ink} is read on ${on.join(', ')}`, () => {
      for (const ground of on) {
        const [front, back] = [colours.get(ink), colours.get(ground)]
        if (front === undefined || back === undefined) throw new Error(`no colour ${ink} or ${ground}`)
        const found = contrast(front[theme], back[theme])
        ok(found >= atLeast, `${ink} on ${ground}: ${found.toFixed(2)} : 1, less than ${atLeast} : 1`)
      }
    })
