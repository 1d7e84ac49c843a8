import type { ViewerAnswer } from '@weir/contract/queries.ts'
import { saveTheme, type Theme, themes } from '../theme.ts'
import { ListChoice } from './choice.tsx'
import type { Status } from './status.ts'
import { ViewerMenu } from './viewer-menu.tsx'

interface Props {
  readonly title: string
  readonly status: Status
  readonly paused: boolean
  readonly demo: boolean
  readonly viewer: ViewerAnswer | undefined
  readonly theme: Theme
  onPause(paused: boolean): void
  onTheme(theme: Theme): void
  onHelp(): void
}

export function TopBar({ title, status, paused, demo, viewer, theme, onPause, onTheme, onHelp }: Props) {
  return (
    <header className="top">
      <span className="brand">
        <img src="/weir.svg" width="24" height="24" alt="" />
        Weir
      </span>
      <h1>{title}</h1>
      {/* Only the word is announced: ages that tick would never let a screen reader rest. */}
      <span role="status" className={`pill ${status.kind === 'loading' ? 'loading-pill' : status.kind}`}>
        {status.word}
      </span>
      {demo && <strong className="pill stale">Demo data</strong>}
      <span className="space" />
      <span className="quiet small units">Sizes in binary units (1 KiB = 1024 B) · times in UTC</span>
      <ListChoice
        label="Theme"
        options={themes}
        value={theme}
        words={word => word}
        onChange={chosen => {
          saveTheme(chosen)
          onTheme(chosen)
        }}
      />
      <button
        type="button"
        className="button"
        aria-pressed={paused}
        title="Hold the page still ( l )"
        onClick={() => onPause(!paused)}
      >
        {paused ? 'Resume' : 'Pause'}
      </button>
      <button type="button" className="button" aria-label="Keys" title="Keys ( ? )" onClick={onHelp}>
        ?
      </button>
      <ViewerMenu viewer={viewer} />
    </header>
  )
}
