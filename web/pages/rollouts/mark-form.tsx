import { type FormEvent, useState } from 'react'
import { type Feed, FeedError } from '../../feed/feed.ts'

interface Props {
  readonly feed: Feed
  readonly onMarked: () => void
}

/** Marks a change that Weir cannot see by itself. What is marked stays. */
export function MarkForm({ feed, onMarked }: Props) {
  const [state, setState] = useState<{ readonly kind: 'ready' | 'sending' | 'done' | 'failed'; readonly says: string }>(
    ready,
  )
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const given = new FormData(form)
    const text = (name: string) => String(given.get(name) ?? '').trim()
    setState({ kind: 'sending', says: '' })
    try {
      const at = text('at')
      const { change } = await feed.mark({
        namespace: text('namespace'),
        service: text('service'),
        note: text('note'),
        ...(at !== '' && { at: `${at}Z` }),
      })
      form.reset()
      setState({
        kind: 'done',
        says: `Marked at ${new Date(change.at).toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
      })
      onMarked()
    } catch (error) {
      const why = error instanceof FeedError ? error.message : `${error}`
      setState({ kind: 'failed', says: `It was not marked: ${why}` })
    }
  }
  return (
    <details className="panel mark">
      <summary>Mark a change by hand</summary>
      <form onSubmit={event => void send(event)}>
        <label>
          Namespace
          <input className="box" name="namespace" required autoComplete="off" spellCheck={false} />
        </label>
        <label>
          Service
          <input className="box" name="service" required autoComplete="off" spellCheck={false} />
        </label>
        <label>
          When (UTC; empty: now)
          <input className="box" name="at" type="datetime-local" />
        </label>
        <label className="long">
          What was changed, and why
          <input className="box" name="note" required maxLength={500} autoComplete="off" />
        </label>
        <button type="submit" className="button" disabled={state.kind === 'sending'}>
          Mark
        </button>
      </form>
      <p role="status" className={state.kind === 'failed' ? 'wrong' : 'quiet'}>
        {state.says}
      </p>
    </details>
  )
}

const ready = { kind: 'ready', says: '' } as const
