import { useEffect } from 'react'
import type { Screen } from './screen.ts'
import { signInAddress } from './sign-in-address.ts'

/** Goes to the login page when the server asks for it; Back then does not lead to a page that cannot be shown. */
export function useSignIn({ denied, viewer }: Screen): void {
  const signIn = denied?.signIn
  const hadEntered = viewer !== undefined
  useEffect(() => {
    if (signIn !== undefined) window.location.replace(signInAddress(signIn, window.location, hadEntered))
  }, [signIn, hadEntered])
}
