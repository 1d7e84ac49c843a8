import type { FeedError } from '../feed/feed.ts'

interface Props {
  /** What could not be loaded, at the beginning of a sentence. */
  readonly what: string
  readonly error: FeedError | undefined
  readonly retry: () => void
}

export function ErrorBanner({ what, error, retry }: Props) {
  if (error === undefined) return null
  return (
    <div className="banner error" role="alert">
      <span>
        {error.status === 403 ? `${what} is not for you to see: ` : `${what} could not be loaded: `}
        {error.message}
        {error.requestId !== undefined && <span className="small"> Request {error.requestId}.</span>}
      </span>
      {error.status !== 403 && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}
