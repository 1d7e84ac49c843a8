import type { AuditAnswer, AuditRow } from '@weir/contract/audit-queries.ts'
import { memo } from 'react'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import type { Answered } from '../../frame/use-answer.ts'
import type { TableColumn } from '../../tables/columns.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatBytes, formatCount } from '../../words/bytes.ts'
import { formatRatio } from '../../words/quantities.ts'
import { dayMinute } from '../../words/times.ts'

/** The same bytes as agents and as flow logs counted them. */
export const AuditPanel = memo(function AuditPanel({
  audit: { answer, error, retry },
}: {
  readonly audit: Answered<AuditAnswer>
}) {
  return (
    <section className="panel" aria-labelledby="audit-title">
      <header>
        <h2 id="audit-title">Counted twice: agents against flow logs</h2>
        {answer !== undefined && answer.hidden > 0 && (
          <span className="quiet small">{formatCount(answer.hidden)} older rows are not listed</span>
        )}
      </header>
      <ErrorBanner what="The audit" error={error} retry={retry} />
      {answer === undefined && error === undefined && <p className="message quiet loading">Loading…</p>}
      {answer?.rows.length === 0 && (
        <div className="message">
          <h2>Nothing to compare</h2>
          <p>
            No VPC flow logs tell of a minute that an agent watched whole. Without a reader of flow logs this stays
            empty.
          </p>
        </div>
      )}
      {answer !== undefined && answer.rows.length > 0 && (
        <DataTable
          label="Agents against flow logs"
          columns={columns}
          rows={answer.rows}
          keyOf={({ cluster, node, hour }) => `${cluster} ${node} ${hour}`}
          foot={[{ ...answer.total, cluster: '', node: 'All', hour: answer.range.from }]}
          fileName="weir-audit"
        />
      )}
    </section>
  )
})

const isTotal = ({ cluster }: AuditRow): boolean => cluster === ''

function bytesColumn(id: string, label: string, means: string, of: (row: AuditRow) => number): TableColumn<AuditRow> {
  return { id, label, means, isNumber: true, text: row => formatBytes(of(row)), order: of, csv: of }
}

function ratioColumn(
  id: string,
  label: string,
  means: string,
  of: (row: AuditRow) => number | null,
): TableColumn<AuditRow> {
  const order = (row: AuditRow) => of(row) ?? Number.NaN
  return { id, label, means, isNumber: true, text: row => formatRatio(of(row)), order, csv: of }
}

const columns: readonly TableColumn<AuditRow>[] = [
  {
    id: 'node',
    label: 'Node',
    means: 'Whose interfaces',
    text: ({ node }) => node,
    order: ({ node }) => node,
  },
  {
    id: 'hour',
    label: 'Hour from',
    unit: 'UTC',
    means: 'Its beginning',
    text: row => (isTotal(row) ? '' : dayMinute(row.hour)),
    order: ({ hour }) => hour,
    csv: ({ hour }) => new Date(hour).toISOString(),
  },
  {
    id: 'minutes',
    label: 'Minutes',
    means: 'Node minutes that both counted: what follows is of these',
    isNumber: true,
    text: ({ minutes }) => formatCount(minutes),
    order: ({ minutes }) => minutes,
    csv: ({ minutes }) => minutes,
  },
  bytesColumn('agent', 'Agent', 'IP bytes as the agent counted them', row => row.agentBytes),
  bytesColumn('log', 'Flow logs', 'Bytes as the flow logs counted them', row => row.flowLogBytes),
  ratioColumn('ratio', 'Agent ÷ log', 'Near 100 % is good', row => row.ratio),
  ratioColumn('wire', 'Wire estimate ÷ log', 'How good the estimate is that money rests on', row => row.wireRatio),
  ratioColumn(
    'witness',
    'Two agents',
    'Hops that two agents counted: the smaller sum ÷ the larger',
    row => row.witnessRatio,
  ),
]
