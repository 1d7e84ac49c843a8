import type { ViewerAnswer } from '@weir/contract/queries.ts'

/** Who one is, and the way out where this server has one. The name of a lone token tells nobody anything. */
export function ViewerMenu({ viewer }: { readonly viewer: ViewerAnswer | undefined }) {
  if (viewer === undefined || viewer.auth === 'none') return null
  const sees = viewer.scope === 'all' ? 'sees all namespaces' : `sees ${viewer.scope.join(', ') || 'no namespace'}`
  return (
    <span className="viewer">
      {viewer.name !== 'demo' && (
        <span className="name small" title={`${viewer.name}: ${sees}`}>
          {viewer.name}
        </span>
      )}
      {viewer.hasSession && (
        <form method="post" action="/logout">
          <button type="submit" className="button">
            Sign out
          </button>
        </form>
      )}
    </span>
  )
}
