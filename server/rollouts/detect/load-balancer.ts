import type { LoadBalancerSettings } from '../../directory/kubernetes/objects.ts'
import { NONE, shown } from './shown.ts'

const CROSS_ZONE = 'load_balancing.cross_zone.enabled'

/**
 * "nlb-ip, targets ip, cross-zone false": what decides over which zones a load balancer spreads, as it is asked for. What
 * nobody gave is left to the controller, and called default.
 */
export function loadBalancerText(settings: LoadBalancerSettings | undefined): string {
  if (settings === undefined) return NONE
  const { class: balancerClass, type, targetType } = settings
  const targets = targetType ?? (type === 'nlb-ip' ? 'ip' : undefined)
  const kind = [balancerClass, type].flatMap(each => shown(each) ?? []).join(' ') || 'default type'
  return `${kind}, targets ${shown(targets) ?? 'default'}, cross-zone ${shown(crossZone(settings)) ?? 'default'}`
}

/** A target group's own setting wins over its load balancer's; of those, the list of attributes over the older key. */
export const crossZone = ({
  targetGroupAttributes,
  attributes,
  crossZone: older,
}: Pick<LoadBalancerSettings, 'targetGroupAttributes' | 'attributes' | 'crossZone'>): string | undefined =>
  attributeIn(targetGroupAttributes) ?? attributeIn(attributes) ?? older

/** Of a list such as "a=1,b=2"; what is no such list has no attributes. */
function attributeIn(attributes: string | undefined): string | undefined {
  for (const pair of (attributes ?? '').split(',')) {
    const [name, value] = pair.split('=')
    if (name?.trim() === CROSS_ZONE && value !== undefined) return value.trim()
  }
  return undefined
}
