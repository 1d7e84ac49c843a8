import { type FormEvent, useState } from 'react'
import type { View } from '../../address.ts'
import {
  type Chip,
  type CrossingChoice,
  crossingChoices,
  fieldName,
  parseChip,
  withChip,
  withoutChip,
} from '../../filters.ts'
import { ListChoice } from '../../frame/choice.tsx'
import type { ChangeView } from '../../frame/use-address.ts'
import { TimeChoice } from './time-choice.tsx'

interface Props {
  readonly view: View
  readonly known: readonly Chip[]
  /** Those in sight: more than one, and one of them can be chosen. */
  readonly clusters?: readonly string[]
  /** Only the newest is shown: there is no past to choose. */
  readonly isLive?: boolean
  readonly change: ChangeView
}

/** Chips filter the whole page; the crossing chooses what the table and the chart rank. */
export function FilterBar({ view, known, clusters = [], isLive = false, change }: Props) {
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState('')
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() === '') return
    const typed = parseChip(text, known)
    setWrong(typed.ok ? '' : typed.why)
    if (!typed.ok) return
    setText('')
    change({ chips: withChip(view.chips, typed.chip) })
  }
  return (
    <search className="filters">
      <form onSubmit={add} style={{ display: 'contents' }}>
        <input
          id="filter"
          className="box"
          type="search"
          aria-label="Add a filter"
          placeholder="Filter, such as namespace:shop   ( / )"
          list="known-values"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={wrong !== ''}
          value={text}
          onChange={event => setText(event.target.value)}
        />
        <datalist id="known-values">
          {known.map(({ field, value }) => (
            <option key={`${field}:${value}`} value={`${field}:${value}`} />
          ))}
        </datalist>
      </form>
      {(clusters.length > 1 || view.chips.some(chip => chip.field === 'cluster')) && (
        <ListChoice
          label="Cluster"
          options={['', ...clusters]}
          value={view.chips.find(chip => chip.field === 'cluster' && !chip.exclude)?.value ?? ''}
          words={cluster => (cluster === '' ? 'all' : cluster)}
          onChange={cluster => change({ chips: withCluster(view.chips, cluster) })}
        />
      )}
      <ListChoice
        label="Crossing"
        options={crossingChoices}
        value={view.crossing}
        words={crossingWords}
        onChange={crossing => change({ crossing })}
      />
      <TimeChoice view={view} isLive={isLive} change={change} />
      {view.chips.map(chip => (
        <ChipButton key={`${chip.field}:${chip.value}`} chip={chip} chips={view.chips} change={change} />
      ))}
      {view.chips.length > 1 && (
        <button type="button" className="button" onClick={() => change({ chips: [] })}>
          Clear all
        </button>
      )}
      {wrong !== '' && (
        <p className="wrong" role="alert">
          {wrong}
        </p>
      )}
    </search>
  )
}

/** One cluster, or all for ''. */
function withCluster(chips: readonly Chip[], cluster: string): readonly Chip[] {
  const others = chips.filter(chip => chip.field !== 'cluster')
  return cluster === '' ? others : withChip(others, { field: 'cluster', value: cluster, exclude: false })
}

const crossingWords = (choice: CrossingChoice): string => (choice === 'all' ? 'all' : `${choice} only`)

interface ChipProps {
  readonly chip: Chip
  readonly chips: readonly Chip[]
  readonly change: ChangeView
}

function ChipButton({ chip, chips, change }: ChipProps) {
  const { field, value, exclude } = chip
  const words = `${fieldName(field)} ${exclude ? 'is not' : 'is'} ${value}`
  return (
    <span className={`chip ${exclude ? 'exclude' : ''}`}>
      <button
        type="button"
        title={exclude ? 'Keep only these instead' : 'Leave these out instead'}
        onClick={() => change({ chips: withChip(chips, { ...chip, exclude: !exclude }) })}
      >
        {fieldName(field)} {exclude ? 'is not' : 'is'} <bdi>{value}</bdi>
      </button>
      <button
        type="button"
        aria-label={`Remove filter: ${words}`}
        onClick={() => change({ chips: withoutChip(chips, chip) })}
      >
        ✕
      </button>
    </span>
  )
}
