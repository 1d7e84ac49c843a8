import { useId } from 'react'

interface Props<T extends string | number> {
  readonly label: string
  readonly options: readonly T[]
  readonly value: T
  words(option: NoInfer<T>): string
  onChange(option: NoInfer<T>): void
}

/** One of a few, all in sight: radio buttons that look like one control. */
export function Choice<T extends string | number>({ label, options, value, words, onChange }: Props<T>) {
  const name = useId()
  return (
    <fieldset className="choice">
      <legend>{label}</legend>
      {options.map(option => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{words(option)}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** One of many: a list that opens. */
export function ListChoice<T extends string | number>(
  props: Props<T> & { readonly className?: string; readonly id?: string },
) {
  const { label, options, value, words, onChange, className = '', id } = props
  return (
    <label className={`field ${className}`}>
      {label}
      <select
        id={id}
        value={value}
        onChange={event => {
          const found = options.find(option => String(option) === event.target.value)
          if (found !== undefined) onChange(found)
        }}
      >
        {options.map(option => (
          <option key={option} value={option}>
            {words(option)}
          </option>
        ))}
      </select>
    </label>
  )
}
