import { type CostPolicy, costPolicies } from '@weir/contract/cost-queries.ts'
import type { CostsQuestion } from '../../feed/feed.ts'

/** What a row of the statement is; `label` needs a key beside it. */
export const payerKinds = ['namespace', 'workload', 'label'] as const
export type PayerKind = (typeof payerKinds)[number]

/** What can be chosen on the page of costs. `payer` is the API's `by`, which the charts of traffic have taken. */
export interface CostsView {
  readonly month: string
  readonly payer: PayerKind
  /** Of `label`; '' until one is given. */
  readonly key: string
  readonly policy: CostPolicy
}

const isMonth = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(text)

export const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7)

/** The choice in a query string, and a sentence for each value that was not understood. */
export function readCosts(search: string, now: number): { readonly view: CostsView; readonly problems: string[] } {
  const query = new URLSearchParams(search)
  const problems: string[] = []
  const choose = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const text = query.get(name)
    const found = allowed.find(one => one === text)
    if (text !== null && found === undefined)
      problems.push(`${name}=${text} is not one of ${allowed.join(', ')}; ${fallback} is shown.`)
    return found ?? fallback
  }
  const given = query.get('month')
  const month = given !== null && isMonth(given) ? given : monthOf(now)
  if (given !== null && given !== month) problems.push(`month=${given} is no month such as 2026-11; ${month} is shown.`)
  const label = query.get('label')
  return {
    view: {
      month,
      payer: label === null ? choose('payer', payerKinds, 'namespace') : 'label',
      key: label ?? '',
      policy: choose('policy', costPolicies, 'initiator'),
    },
    problems,
  }
}

/** undefined while the key of the label is not given yet. */
export function costsQuestion({ month, payer, key, policy }: CostsView): CostsQuestion | undefined {
  if (payer === 'label' && key === '') return undefined
  return { month, by: payer === 'label' ? `label:${key}` : payer, policy }
}

/** This month and the twelve before it, and the one chosen, newest first. */
export function monthsToChoose(now: number, chosen: string): string[] {
  const date = new Date(now)
  const recent = Array.from({ length: 13 }, (_, back) =>
    monthOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back)),
  )
  return [...new Set([...recent, chosen])].sort().reverse()
}
