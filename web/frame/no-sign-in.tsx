import type { ViewerAnswer } from '@weir/contract/queries.ts'

/** A server that asks nobody who they are must say so: who put it there may not have meant it. */
export function NoSignInBanner({ viewer }: { readonly viewer: ViewerAnswer | undefined }) {
  if (viewer?.auth !== 'none') return null
  return (
    <p className="banner note">
      No sign-in: anyone who can reach this page sees all traffic (the server runs with --dashboard-auth none).
    </p>
  )
}
