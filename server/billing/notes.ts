import { dayText } from './months.ts'
import type { StatementDay } from './statement.ts'

/** What one has to know to read a statement's figures, in sentences; empty where all is final and below the bill. */
export function notesOf(days: readonly StatementDay[], billSource: string): string[] {
  const withoutBill = days.filter(({ state }) => state === 'no data')
  const provisional = days.filter(({ state }) => state === 'provisional')
  const open = days.filter(({ isSealed }) => !isSealed)
  const beyond = days.filter(({ unattributed }) => unattributed < 0n)
  return [
    ...(withoutBill.length > 0
      ? [
          `${told(withoutBill, 'has', 'have')} no bill: estimated at the nearest price known, else the list's (${billSource})`,
        ]
      : []),
    ...(provisional.length > 0 ? [`${told(provisional, 'is', 'are')} provisional: the bill may still change`] : []),
    ...(open.length > 0 ? [`${told(open, 'is', 'are')} not fully sealed: bytes may still be added`] : []),
    ...(beyond.length > 0
      ? [`on ${told(beyond, '', '').trim()} more was observed than is on the bill: the unattributed is negative there`]
      : []),
  ]
}

function told(days: readonly StatementDay[], one: string, many: string): string {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return ''
  if (days.length === 1) return `${dayText(first.day)} ${one}`
  return `${days.length} days (${dayText(first.day)} to ${dayText(last.day)}) ${many}`
}
