/** A cursor as agents hold it: the run of the server and the number of a change. Numbers of another run mean nothing. */
export const cursorText = (instance: string, change: number): string => `${instance}.${change}`

/** The number in a cursor; undefined for one of another run, or none: the agent begins anew. `last`: the newest change. */
export function changeOf(cursor: string | undefined, instance: string, last: number): number | undefined {
  const [run, change, more] = (cursor ?? '').split('.')
  const number = Number(change)
  if (run !== instance || more !== undefined || !/^\d+$/.test(change ?? '') || number > last) return undefined
  return number
}
