import type { PairEnd, PairRow } from '@weir/contract/queries.ts'
import { type View, withParameters } from '../../address.ts'
import type { Chip } from '../../filters.ts'
import { Link } from '../../frame/link.tsx'
import { pathOf } from '../../route.ts'
import { chipFor, clusterOf, endWords, zonesWords } from '../../words/ends.ts'
import { barOf, type Column, type TableContext } from './columns.ts'

interface Props {
  readonly row: PairRow
  readonly columns: readonly Column[]
  readonly context: TableContext
  /** More than one is in sight: ends of the same name must be told apart. */
  readonly severalClusters: boolean
  readonly view: View
  onChip(chip: Chip): void
}

export function PairCells({ row, columns, context, severalClusters, view, onChip }: Props) {
  const inCluster = (end: PairEnd): string => (severalClusters && end.kind !== 'internet' ? clusterOf(row, end) : '')
  return (
    <>
      <EndCell
        end={row.initiator}
        side="initiator"
        cluster={inCluster(row.initiator)}
        view={view}
        note=""
        onChip={onChip}
      />
      <EndCell
        end={row.responder}
        side="responder"
        cluster={inCluster(row.responder)}
        view={view}
        note={viaWords(row)}
        onChip={onChip}
      />
      {columns.map((column, i) => (
        <td
          key={column.id}
          className={`number ${startsGroup(columns, i) ? 'starts' : ''}`}
          data-label={narrowLabel(column)}
          title={column.means}
        >
          {column.heading === 'share' ? (
            <span className="share">
              <meter aria-hidden="true" value={barOf(row, view.crossing, context.total)} />
              <span>{column.text(row, context)}</span>
            </span>
          ) : (
            column.text(row, context)
          )}
        </td>
      ))}
    </>
  )
}

export const startsGroup = (columns: readonly Column[], i: number): boolean =>
  columns[i]?.heading !== columns[i - 1]?.heading

/** Without the heading above it, a column's name has to say more. */
export function narrowLabel({ id, heading, label }: Column): string {
  if (id === 'costPerMonth') return 'Cost per 30 days'
  if (heading === 'rate') return 'Per second'
  return heading === 'connections' ? 'Connections' : heading === 'cost' ? 'Cost' : label
}

/** What the page of a Service is told: the cluster, where several are in sight, and whether it is a demo. */
const serviceQuery = ({ demo }: View, cluster: string): string =>
  withParameters('', { cluster: cluster || undefined, demo })

function viaWords({ via, dialled }: PairRow): string {
  const node = via.length === 0 ? '' : via.length === 1 ? `via ${via[0]}` : `via ${via.length} nodes`
  return [node, dialled.includes('node-port') ? 'by node port' : ''].filter(word => word !== '').join(', ')
}

interface EndProps {
  readonly end: PairEnd
  readonly side: 'initiator' | 'responder'
  /** Empty where there is but one. */
  readonly cluster: string
  readonly view: View
  readonly note: string
  onChip(chip: Chip): void
}

function EndCell({ end, side, cluster, view, note, onChip }: EndProps) {
  const { title, detail } = endWords(end)
  const chip = chipFor(end, side, view.group)
  const places = view.group === 'zone' || end.kind === 'internet' ? '' : zonesWords(end.zones)
  const where = [detail, cluster, places, note].filter(words => words !== '').join(' · ')
  return (
    <td className={`end ${side}`}>
      <div className="who">
        {chip === undefined ? (
          <bdi className="name">{title}</bdi>
        ) : (
          <>
            <button type="button" className="name" title={`Show only ${side} ${title}`} onClick={() => onChip(chip)}>
              <bdi>{title}</bdi>
            </button>
            <button
              type="button"
              className="not"
              aria-label={`Leave out ${side} ${title}`}
              onClick={() => onChip({ ...chip, exclude: true })}
            >
              not
            </button>
          </>
        )}
      </div>
      <div className="where" title={where}>
        <bdi>{where}</bdi>
        {end.kind === 'service' && (
          <>
            {' · '}
            <Link to={pathOf('service', { namespace: end.namespace, name: end.name }) + serviceQuery(view, cluster)}>
              routing
            </Link>
          </>
        )}
      </div>
    </td>
  )
}
