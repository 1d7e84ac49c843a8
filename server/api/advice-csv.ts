import type { AdviceAnswer, WhatIfAnswer } from '@weir/contract/advice-queries.ts'
import { csvLines, usd } from './csv.ts'

/** Exactly the rows of the JSON answer, in its order; structural rows are in the JSON alone. */
export const adviceCsv = ({ rows }: AdviceAnswer): string =>
  csvLines([
    [
      'id',
      'alternative to',
      'cluster',
      'remedy',
      'subject',
      'saved a month USD',
      'own cost a month USD',
      'wire bytes saved',
      'wire bytes cross-zone',
      'share before',
      'share after',
      'load factor',
      'problem',
      'risk',
      'precondition',
      'patches',
    ],
    ...rows.map(row => [
      row.id,
      row.alternativeTo ?? '',
      row.cluster,
      row.remedy,
      row.subject,
      { amount: usd(row.savedPerMonth) },
      { amount: usd(row.ownCostPerMonth) },
      { amount: String(row.savedBytes) },
      { amount: String(row.crossZoneBytes) },
      share(row.shareBefore),
      share(row.shareAfter),
      share(row.loadFactor),
      row.problem,
      row.risk,
      row.precondition,
      row.patches.map(({ text }) => text).join('\n'),
    ]),
  ])

export const whatIfCsv = ({ options, gbPerMonth }: WhatIfAnswer): string =>
  csvLines([
    ['option', 'GB a month', 'share across zones', 'one side USD', 'billed USD', 'parts', 'note'],
    ...options.map(one => [
      one.name,
      { amount: String(gbPerMonth) },
      share(one.crossShare),
      { amount: usd(one.oneSide) },
      { amount: usd(one.billed) },
      one.parts.map(({ cost, name }) => `${name} = ${usd(cost)}`).join('; '),
      one.note,
    ]),
  ])

const share = (ratio: number | null): { readonly amount: string } => ({
  amount: ratio === null ? '' : ratio.toFixed(4),
})
