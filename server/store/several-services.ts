import type { SeriesKey } from './series.ts'

/** A Service's name, as a series keeps it. */
export interface ServiceName {
  readonly namespace: string
  readonly name: string
}

/** Names of Services and namespaces hold neither of these (RFC 1035 and RFC 1123 labels). */
const BETWEEN = ', '
const WITHIN = '/'
/** A pod of a hundred Services must not make a key of six kilobytes. */
const NAMED = 4

/** How a series keeps several Services that answer at one port: in no namespace, under all their names. */
export function severalServices(services: readonly ServiceName[]): ServiceName {
  const names = services.map(({ namespace, name }) => `${namespace}${WITHIN}${name}`).sort()
  const more = names.length > NAMED ? [`${names.length - NAMED} more`] : []
  return { namespace: '', name: [...names.slice(0, NAMED), ...more].join(BETWEEN) }
}

/** Whether the responder answered for one Service: not for none, and not for several that nothing tells apart. */
export const hasService = ({ serviceName }: Pick<SeriesKey, 'serviceName'>): boolean =>
  serviceName !== '' && !serviceName.includes(BETWEEN)

/** Those that answer at its port, where several do; else empty. */
export const severalOf = ({ serviceName }: Pick<SeriesKey, 'serviceName'>): readonly string[] =>
  serviceName.includes(BETWEEN) ? serviceName.split(BETWEEN) : []
