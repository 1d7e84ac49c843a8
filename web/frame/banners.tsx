import type { ViewerAnswer } from '@weir/contract/queries.ts'
import { NoSignInBanner } from './no-sign-in.tsx'
import type { Status } from './status.ts'

interface Props {
  readonly status: Status
  readonly viewer: ViewerAnswer | undefined
  readonly refused: string | undefined
  readonly problems: readonly string[]
}

export function Banners({ status, viewer, refused, problems }: Props) {
  return (
    <>
      <NoSignInBanner viewer={viewer} />
      {status.detail !== '' && <p className={`banner ${status.kind}`}>{status.detail}</p>}
      {refused !== undefined && (
        <p className="banner error" role="alert">
          The server would not show this view: {refused}
        </p>
      )}
      {problems.map(problem => (
        <p key={problem} className="banner note">
          In the address: {problem}
        </p>
      ))}
    </>
  )
}
