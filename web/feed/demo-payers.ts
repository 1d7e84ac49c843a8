import type { CostRow } from '@weir/contract/cost-queries.ts'
import type { PairEnd } from '@weir/contract/queries.ts'
import { microUsd } from '@weir/contract/units.ts'
import type { DemoDayStream } from './demo-days.ts'
import type { CostsQuestion } from './feed.ts'

interface Paid {
  readonly payer: CostRow
  readonly bytes: number
}

/** Who pays for a stream's sides, as a server would share them out. */
export function paidBy({ stream, sides, sent }: DemoDayStream, by: string, policy: CostsQuestion['policy']): Paid[] {
  const [initiator, responder] = [stream.initiator, stream.responder]
  const ends = [initiator, responder].filter(isWorkload)
  if (ends.length === 0) return [{ payer: remainder(initiator, responder), bytes: sides }]
  const first = isWorkload(initiator) ? initiator : responder
  const second = isWorkload(responder) ? responder : initiator
  const part = policy === 'initiator' ? sides : policy === 'sender' ? sent : sides / 2
  return [
    { payer: rowOf(first, by), bytes: part },
    { payer: rowOf(second, by), bytes: sides - part },
  ].filter(({ bytes }) => bytes > 0)
}

type DemoEnd = Omit<PairEnd, 'zones'>

const isWorkload = ({ kind }: DemoEnd): boolean => kind === 'pod' || kind === 'service'

const nothing = {
  meteredBytes: 0,
  costMicroUsd: microUsd(0),
  provisionalMicroUsd: microUsd(0),
  estimatedMicroUsd: microUsd(0),
}

const teams: { readonly [namespace: string]: string } = {
  shop: 'storefront',
  payments: 'storefront',
  orders: 'storefront',
  cache: 'platform',
  streams: 'platform',
  ingress: 'platform',
  search: 'discovery',
}

function rowOf({ namespace, name }: DemoEnd, by: string): CostRow {
  if (by === 'workload')
    return { kind: 'workload', cluster: 'demo', namespace, name, workload: { kind: 'Deployment', name }, ...nothing }
  if (by.startsWith('label:'))
    return { kind: 'label', cluster: '', namespace: '', name: teams[namespace] ?? '', ...nothing }
  return { kind: 'namespace', cluster: 'demo', namespace, name: namespace, ...nothing }
}

const remainder = (a: DemoEnd, b: DemoEnd): CostRow => ({
  kind: 'remainder',
  cluster: '',
  namespace: '',
  name: `${a.kind === 'node' ? 'nodes' : a.name} ↔ ${b.name}`,
  ...nothing,
})
