import { type CostPolicy, costPolicies } from '@weir/contract/cost-queries.ts'
import { type FormEvent, useState } from 'react'
import { Choice, ListChoice } from '../../frame/choice.tsx'
import type { ChangeParameters } from '../../frame/use-address.ts'
import { monthWords } from '../../words/times.ts'
import { type CostsView, monthsToChoose, type PayerKind, payerKinds } from './costs-address.ts'

interface Props {
  readonly view: CostsView
  readonly now: number
  readonly set: ChangeParameters
}

export function CostsBar({ view, now, set }: Props) {
  const [key, setKey] = useState(view.key)
  const [asksKey, setAsksKey] = useState(false)
  const choosePayer = (payer: PayerKind) => {
    setAsksKey(payer === 'label')
    if (payer !== 'label') set({ payer: payer === 'namespace' ? undefined : payer, label: undefined })
  }
  const giveKey = (event: FormEvent) => {
    event.preventDefault()
    if (key.trim() !== '') set({ payer: undefined, label: key.trim() })
  }
  const payer = asksKey ? 'label' : view.payer
  return (
    <search className="filters" aria-label="Statement">
      <ListChoice
        label="Month (UTC)"
        id="time"
        options={monthsToChoose(now, view.month)}
        value={view.month}
        words={monthWords}
        onChange={month => set({ month })}
      />
      <Choice label="By" options={payerKinds} value={payer} words={kind => kind} onChange={choosePayer} />
      {payer === 'label' && (
        <form onSubmit={giveKey} className="inline">
          <input
            className="box"
            aria-label="Key of the label"
            placeholder="key of the label, such as team"
            autoComplete="off"
            spellCheck={false}
            value={key}
            onChange={event => setKey(event.target.value)}
          />
          <button type="submit" className="button">
            Show
          </button>
        </form>
      )}
      <ListChoice
        label="Who pays"
        options={costPolicies}
        value={view.policy}
        words={policy => policyWords[policy]}
        onChange={policy => set({ policy: policy === 'initiator' ? undefined : policy })}
      />
    </search>
  )
}

const policyWords: { readonly [policy in CostPolicy]: string } = {
  initiator: 'whoever opened the connection',
  sender: 'whoever sent the bytes',
  split: 'each end what AWS charges at it',
}
