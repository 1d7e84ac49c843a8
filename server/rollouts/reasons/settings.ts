import type { RoutingFinding } from '@weir/contract/routing-queries.ts'
import { isIn, since } from '../hints/kube-version.ts'
import { FIELD, type IdleSetting, NEW_KEY, OLD_KEY } from '../hints/preference.ts'
import type { RoutingGround } from '../service-routing.ts'

/** The best setting of the field that this version has; undefined: it has none. */
export function bestField(minor: number | undefined): 'PreferSameZone' | 'PreferClose' | undefined {
  if (isIn(minor, since.PreferSameZone)) return 'PreferSameZone'
  return isIn(minor, since.PreferClose) ? 'PreferClose' : undefined
}

/** What to do instead of topology-mode Auto, as the end of a remedy; '' where there is nothing else. */
export function insteadOfAuto({ minor }: RoutingGround): string {
  const field = bestField(minor)
  if (field === undefined) return ''
  return ` Or use ${FIELD}: ${field}, which looks at neither CPU nor numbers, and remove the annotation, which wins over it.`
}

/** A setting that does nothing, in words. */
export function idleFinding(
  { against, key, reason, value }: IdleSetting,
  { minor, routing }: RoutingGround,
): RoutingFinding {
  switch (reason) {
    case 'value not understood':
      return key === FIELD
        ? {
            reason,
            sentence: `${key} is "${value}", which is none of PreferClose, PreferSameZone and PreferSameNode.`,
            remedy: `Set ${bestField(minor) ?? 'one that this version has'}.`,
          }
        : {
            reason,
            sentence: `${key} is "${value}": only Auto and auto, written so, switch hints on.`,
            remedy: `Write Auto.${bestField(minor) === undefined ? '' : ` Or remove it and set ${FIELD}: ${bestField(minor)}.`}`,
          }
    case 'old key wins':
      return {
        reason,
        sentence: `${against} hides ${NEW_KEY}: ${value}, because the older key is read first.`,
        remedy: `Remove the annotation ${OLD_KEY}.`,
      }
    case 'annotation wins':
      return {
        reason,
        sentence: `${against} wins over ${key}: ${value}.`,
        remedy: 'Remove the annotation.',
      }
    case 'not in this version':
      return {
        reason,
        sentence: `${key}: ${value} needs Kubernetes ${against}; the API server is ${routing.version ?? 'of an unknown version'}.`,
        remedy: insteadInThisVersion(key, minor),
      }
  }
}

function insteadInThisVersion(key: string, minor: number | undefined): string {
  const field = bestField(minor)
  if (key === FIELD && field !== undefined) return `Set ${field}, which this version has.`
  return 'Upgrade, or use topology-mode: Auto until then.'
}
