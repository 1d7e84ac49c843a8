import type { AdviceRow } from '@weir/contract/advice-queries.ts'

/** The Service that a row is about, where its subject names one of its namespace: "shop/cart". */
export function serviceOf({
  namespace,
  subject,
}: AdviceRow): { readonly namespace: string; readonly name: string } | undefined {
  const name = subject.slice(namespace.length + 1)
  const isService = namespace !== '' && subject.startsWith(`${namespace}/`) && /^[a-z0-9.-]+$/.test(name)
  return isService ? { namespace, name } : undefined
}
