interface Props {
  readonly name: string
  readonly figure: string
  readonly note: string
}

/** One figure of several in a `dl` of the class `tiles`. */
export function Tile({ name, figure, note }: Props) {
  return (
    <div className="panel tile">
      <dt>{name}</dt>
      <dd className="figure number">{figure}</dd>
      <dd className="quiet small">{note}</dd>
    </div>
  )
}
