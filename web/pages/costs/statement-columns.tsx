import type { TableColumn } from '../../tables/columns.ts'
import { exactMoney } from '../../tables/csv.ts'
import { formatMoney } from '../../words/money.ts'
import { formatGb } from '../../words/quantities.ts'
import { formatShare } from '../../words/shares.ts'
import type { StatementLine } from './statement.ts'

interface Surroundings {
  readonly payer: string
  readonly currency: string
  readonly bytesPerGb: number
  /** What shares are of. */
  readonly wholeMicroUsd: number
}

export function statementColumns({
  payer,
  currency,
  bytesPerGb,
  wholeMicroUsd,
}: Surroundings): TableColumn<StatementLine>[] {
  const money = (
    id: string,
    label: string,
    means: string,
    of: (line: StatementLine) => number,
  ): TableColumn<StatementLine> => ({
    id,
    label,
    unit: currency,
    means,
    isNumber: true,
    text: line => formatMoney(of(line), currency),
    order: of,
    csv: line => exactMoney(of(line)),
  })
  const gb = ({ meteredBytes }: StatementLine) => (meteredBytes === null ? null : meteredBytes / bytesPerGb)
  return [
    {
      id: 'who',
      label: payer,
      means: 'Who pays',
      text: line => (line.under === '' ? line.name : `${line.name} (${line.under})`),
      cell: line => (
        <>
          <bdi>{line.name}</bdi>
          {line.under !== '' && <span className="under">{line.under}</span>}
        </>
      ),
      order: line => line.name,
    },
    {
      id: 'gb',
      label: 'Metered',
      unit: 'GB × sides',
      means: 'Wire bytes across zones, times the sides that AWS charges: what its meters count',
      isNumber: true,
      text: line => formatGb(gb(line)),
      order: line => gb(line) ?? Number.NaN,
      csv: line => {
        const amount = gb(line)
        return amount === null ? null : { amount: amount.toFixed(9) }
      },
    },
    money('cost', 'Cost', 'What it comes to this month', line => line.costMicroUsd),
    {
      id: 'share',
      label: 'Share',
      means: 'Of the total',
      isNumber: true,
      text: line => formatShare(line.costMicroUsd, wholeMicroUsd),
    },
    money('provisional', 'of it provisional', 'On days whose bill may still change', line => line.provisionalMicroUsd),
    money(
      'estimated',
      'of it estimated',
      'On days without a bill: at the nearest price that is known, else the list’s',
      line => line.estimatedMicroUsd,
    ),
  ]
}
