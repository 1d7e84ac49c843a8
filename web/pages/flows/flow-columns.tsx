import type { FlowEnd, FlowRow } from '@weir/contract/queries.ts'
import type { TableColumn } from '../../tables/columns.ts'
import { formatBytes, formatCount } from '../../words/bytes.ts'
import { addressWords, peerWords, portWords } from '../../words/peers.ts'
import { clockTime } from '../../words/times.ts'

export const flowKey = (flow: FlowRow): string =>
  [
    flow.from,
    flow.node,
    flow.role,
    flow.leg,
    flow.initiator.address,
    flow.responder.address,
    flow.protocol,
    flow.port,
  ].join(' ')

const endColumn = (id: string, label: string, means: string, of: (flow: FlowRow) => FlowEnd): TableColumn<FlowRow> => ({
  id,
  label,
  means,
  text: flow => `${peerWords(of(flow).peer)} (${addressWords(of(flow))})`,
  cell: flow => (
    <>
      <bdi>{peerWords(of(flow).peer)}</bdi>
      <span className="under">
        <bdi>{addressWords(of(flow))}</bdi>
        {id === 'responder' && flow.service !== null && (
          <>
            {' · of '}
            <bdi>
              {flow.service.namespace}/{flow.service.name}
            </bdi>
          </>
        )}
        {id === 'responder' && flow.via !== null && <> · via {peerWords(flow.via.peer)}</>}
      </span>
    </>
  ),
  order: flow => peerWords(of(flow).peer),
})

const bytesColumn = (
  id: string,
  label: string,
  means: string,
  of: (flow: FlowRow) => number,
): TableColumn<FlowRow> => ({
  id,
  label,
  means,
  isNumber: true,
  text: flow => formatBytes(of(flow)),
  order: of,
  csv: of,
})

export const flowColumns: readonly TableColumn<FlowRow>[] = [
  {
    id: 'time',
    label: 'Window',
    unit: 'UTC',
    means: 'End of the window in which the bytes were counted',
    text: ({ to }) => clockTime(to),
    order: ({ to }) => to,
    csv: ({ to }) => new Date(to).toISOString(),
  },
  endColumn('initiator', 'Initiator', 'Who opened the connection', flow => flow.initiator),
  endColumn('responder', 'Responder', 'Who answered', flow => flow.responder),
  {
    id: 'port',
    label: 'Port',
    means: 'Protocol, and the port of the Service or of the responder',
    text: ({ protocol, port }) => portWords(protocol, port),
    order: ({ port }) => port,
  },
  {
    id: 'crossing',
    label: 'Crossing',
    means: 'Whether the hop crossed zones',
    text: ({ crossing, why }) => (why === undefined ? crossing : `${crossing}: ${why}`),
    cell: ({ crossing, why }) => (
      <>
        <span className={`swatch ${crossing}`} aria-hidden="true" />
        {crossing}
        {why !== undefined && <span className="under">{why}</span>}
      </>
    ),
    order: ({ crossing }) => crossing,
  },
  bytesColumn('there', '→ to responder', 'Bytes sent by the initiator', flow => flow.bytesToResponder),
  bytesColumn('back', '← to initiator', 'Bytes sent by the responder', flow => flow.bytesToInitiator),
  {
    id: 'connections',
    label: 'Opened',
    means: 'Connections first seen in the window',
    isNumber: true,
    text: ({ connections }) => formatCount(connections),
    order: ({ connections }) => connections,
    csv: ({ connections }) => connections,
  },
  {
    id: 'source',
    label: 'Told by',
    means: 'The node whose agent counted it. primary counts; witness is the check of the other end and is not added',
    text: ({ node, role, leg }) => `${node}, ${role}${leg === 'direct' ? '' : `, ${leg} leg`}`,
    cell: ({ node, role, leg }) => (
      <>
        <bdi>{node}</bdi>
        <span className="under">
          {role}
          {leg !== 'direct' && `, ${leg} leg`}
        </span>
      </>
    ),
    order: ({ node }) => node,
  },
]
