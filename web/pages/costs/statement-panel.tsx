import type { CostsAnswer } from '@weir/contract/cost-queries.ts'
import { memo } from 'react'
import { DataTable } from '../../tables/data-table.tsx'
import { formatMoney } from '../../words/money.ts'
import { monthWords } from '../../words/times.ts'
import { checksum, statementFoot, statementLines } from './statement.ts'
import { statementColumns } from './statement-columns.tsx'

interface Props {
  readonly answer: CostsAnswer
  readonly bytesPerGb: number
  /** Some agent has reported, ever. */
  readonly hasData: boolean
}

export const StatementPanel = memo(function StatementPanel({ answer, bytesPerGb, hasData }: Props) {
  const lines = statementLines(answer)
  const foot = statementFoot(answer)
  const whole = answer.total?.costMicroUsd ?? lines.reduce((sum, line) => sum + line.costMicroUsd, 0)
  const { currency, by, policy, month } = answer
  const columns = statementColumns({ payer: capital(by), currency, bytesPerGb, wholeMicroUsd: whole })
  return (
    <section className="panel" aria-labelledby="statement-title">
      <header>
        <h2 id="statement-title">Statement by {by}</h2>
        <Check answer={answer} />
      </header>
      {lines.length === 0 && whole === 0 ? (
        <Nothing month={month} hasData={hasData} />
      ) : (
        <DataTable
          label={`Statement of ${monthWords(month)}`}
          columns={columns}
          rows={lines}
          keyOf={line => line.key}
          foot={foot === undefined ? [] : [foot.unattributed, foot.total]}
          fileName={`weir-costs-${month}-${by.replace(/[^A-Za-z0-9.-]/g, '-')}-${policy}`}
          fileFoot={foot === undefined ? [] : [foot.unattributed]}
        />
      )}
    </section>
  )
})

/** rows + unattributed = total: added up by the page, from what it shows. */
function Check({ answer }: { readonly answer: CostsAnswer }) {
  const check = checksum(answer)
  if (check === undefined) return null
  const money = (micros: number) => formatMoney(micros, answer.currency)
  return (
    <span className={`small ${check.off === 0 ? 'quiet' : 'wrong'}`} role={check.off === 0 ? undefined : 'alert'}>
      rows {money(check.rows)} + unattributed {money(check.unattributed)} = total {money(check.total)}{' '}
      {check.off === 0 ? '✓' : `✗ ${money(check.off)} are missing: please report this`}
    </span>
  )
}

function Nothing({ month, hasData }: { readonly month: string; readonly hasData: boolean }) {
  return hasData ? (
    <div className="message good">
      <h2>Nothing crossed zones in {monthWords(month)}</h2>
      <p>Neither observed nor billed. Of months before the agents were installed nothing is known.</p>
    </div>
  ) : (
    <div className="message">
      <h2>No agent has reported yet</h2>
      <p>The statement begins with the first window of the first agent.</p>
    </div>
  )
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
