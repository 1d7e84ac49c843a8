/**
 * What the VPCs' map lists of a cluster's surroundings goes by keys that no adapter of a cluster uses (uids, or kind and
 * name), so that each of the two replaces its own things only.
 */
const PREFIX = 'vpc '

export const vpcKey = (rest: string): string => `${PREFIX}${rest}`
export const isVpcKey = (key: string): boolean => key.startsWith(PREFIX)
