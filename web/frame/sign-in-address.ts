/** The login page with the way back: the whole address, so that the same view comes after it. */
export function signInAddress(
  signIn: string,
  { pathname, search, hash }: { readonly pathname: string; readonly search: string; readonly hash: string },
  hadEntered: boolean,
): string {
  const query = new URLSearchParams({ next: pathname + search + hash })
  // Somebody who was in before is told why they have to come again.
  if (hadEntered) query.set('ended', '')
  return `${signIn}?${query}`
}
