import { createRoot } from 'react-dom/client'
import { readAddress } from './address.ts'
import type { Feed } from './feed/feed.ts'
import { LiveFeed } from './feed/live.ts'
import { App } from './frame/app.tsx'
import { applyTheme, savedTheme } from './theme.ts'

async function feedFor(demo: string | undefined): Promise<Feed> {
  if (demo === undefined) return new LiveFeed()
  // Loaded only when asked for: it is no part of what a user of a server downloads.
  const { DemoFeed } = await import('./feed/demo.ts')
  return new DemoFeed(demo, Date.now)
}

async function start(root: HTMLElement): Promise<void> {
  applyTheme(savedTheme())
  try {
    const feed = await feedFor(readAddress(window.location.search).view.demo)
    createRoot(root, { onUncaughtError: error => fail(root, error) }).render(<App feed={feed} />)
  } catch (error) {
    fail(root, error)
  }
}

/** Better a sentence than a blank page. */
function fail(root: HTMLElement, error: unknown): void {
  root.textContent = `The page cannot go on: ${error instanceof Error ? error.message : error}. Reload it to try again.`
}

const root = document.getElementById('page')
if (root !== null) void start(root)
