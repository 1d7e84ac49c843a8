import type { CostRow, CostsAnswer } from '@weir/contract/cost-queries.ts'

/** A line of the statement: a row of the answer, or one of the two that are always there. */
export interface StatementLine {
  readonly key: string
  readonly kind: CostRow['kind'] | 'unattributed' | 'total'
  readonly name: string
  /** In small print below the name. */
  readonly under: string
  /** null: not metered by rows. */
  readonly meteredBytes: number | null
  readonly costMicroUsd: number
  readonly provisionalMicroUsd: number
  readonly estimatedMicroUsd: number
}

export function statementLines({ rows, by }: CostsAnswer): StatementLine[] {
  const several = new Set(rows.filter(({ cluster }) => cluster !== '').map(({ cluster }) => cluster)).size > 1
  return rows.map(row => ({
    ...row,
    key: [row.kind, row.cluster, row.namespace, row.workload?.kind ?? '', row.name].join('|'),
    name: nameOf(row),
    under: [underOf(row, by), several ? row.cluster : ''].filter(words => words !== '').join(' · '),
  }))
}

function nameOf({ kind, name }: CostRow): string {
  return kind === 'label' && name === '' ? 'without this label' : name
}

function underOf(row: CostRow, by: string): string {
  switch (row.kind) {
    case 'namespace':
      return ''
    case 'workload':
      return `${row.workload?.kind ?? 'workload'} in ${row.namespace}`
    case 'label':
      return by.replace(/^label:/, '')
    case 'remainder':
      return 'no workload at either end'
  }
}

/** Unattributed, whatever it is, and the total; of a viewer of some namespaces neither is known. */
export function statementFoot({
  total,
  rows,
}: CostsAnswer): { readonly unattributed: StatementLine; readonly total: StatementLine } | undefined {
  if (total === null) return undefined
  const sum = (of: (row: CostRow) => number) => rows.reduce((all, row) => all + of(row), 0)
  return {
    unattributed: {
      key: 'unattributed',
      kind: 'unattributed',
      name: 'Unattributed',
      under: total.unattributedMicroUsd < 0 ? 'observed and not billed' : 'billed and not observed',
      meteredBytes: null,
      costMicroUsd: total.unattributedMicroUsd,
      provisionalMicroUsd: total.byState.provisional - sum(row => row.provisionalMicroUsd),
      estimatedMicroUsd: total.byState['no data'] - sum(row => row.estimatedMicroUsd),
    },
    total: {
      key: 'total',
      kind: 'total',
      name: 'Total',
      under: '',
      meteredBytes: total.meteredBytes,
      costMicroUsd: total.costMicroUsd,
      provisionalMicroUsd: total.byState.provisional,
      estimatedMicroUsd: total.byState['no data'],
    },
  }
}

export interface Checksum {
  readonly rows: number
  readonly unattributed: number
  readonly total: number
  /** What is missing between them; 0 unless something is broken. */
  readonly off: number
}

/** The page adds up what it shows by itself: a table that does not add up must not look as if it did. */
export function checksum({ rows, total }: CostsAnswer): Checksum | undefined {
  if (total === null) return undefined
  const sum = rows.reduce((all, { costMicroUsd }) => all + costMicroUsd, 0)
  const { costMicroUsd, unattributedMicroUsd } = total
  return {
    rows: sum,
    unattributed: unattributedMicroUsd,
    total: costMicroUsd,
    off: costMicroUsd - unattributedMicroUsd - sum,
  }
}
