import { eachAtOnce, run, runIn } from './command.ts'
import type { NamespacePlan } from './plan.ts'

/** `ip` takes one lock in the kernel for most of its work: more lanes than this only wait for each other. */
const LANES = 4

/** Makes the namespaces of a plan and everything in them. What a failure leaves behind is the caller's to remove. */
export async function applyPlan(plan: readonly NamespacePlan[], name: (key: string) => string): Promise<void> {
  await eachAtOnce(plan, LANES, async step => {
    await run('ip', ['netns', 'add', name(step.key)])
    await prepare(name(step.key), step)
  })
  await eachAtOnce(plan, LANES, step => ipBatch(name(step.key), step.create))
  await eachAtOnce(plan, LANES, step => configure(name(step.key), step))
}

/** Runs lines of `ip -batch` in a namespace. */
export async function ipBatch(namespace: string, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await run('ip', ['-n', namespace, '-batch', '-'], `${lines.join('\n')}\n`)
}

/** Puts other rules of a node's proxy in the place of those there are, at once: connections under way stay where they go. */
export const replaceProxy = (namespace: string, rules: string): Promise<string> =>
  runIn(namespace, 'nft', ['-f', '-'], `delete table inet proxy\n${rules}`)

/** Lines for `sh`: `ethtool -K` for each device. */
export const offloadLines = (offloads: Readonly<Record<string, string>>): string[] =>
  Object.entries(offloads).map(([device, features]) => `ethtool -K ${device} ${features} >/dev/null`)

// IPv6 duplicate address detection and router advertisements are off before the first link exists: nothing but the
// lab's own packets may cross a link.
async function prepare(namespace: string, step: NamespacePlan): Promise<void> {
  const quiet = ['accept_dad', 'accept_ra', 'router_solicitations']
  const lines = [
    ...['all', 'default'].flatMap(scope => quiet.map(key => `echo 0 > /proc/sys/net/ipv6/conf/${scope}/${key}`)),
    ...sysctlLines(step.sysctls, key => !key.startsWith('net.netfilter.')),
  ]
  await runIn(namespace, 'sh', ['-eu'], lines.join('\n'))
}

// Rules come before links go up: what a kernel says by itself on a new link is dropped from the first frame on. They
// also load connection tracking, where it is a module; only then its settings exist.
async function configure(namespace: string, step: NamespacePlan): Promise<void> {
  if (step.rules !== '') await runIn(namespace, 'nft', ['-f', '-'], step.rules)
  await ipBatch(namespace, step.configure)
  const lines = [...offloadLines(step.offloads), ...sysctlLines(step.sysctls, key => key.startsWith('net.netfilter.'))]
  if (lines.length > 0) await runIn(namespace, 'sh', ['-eu'], lines.join('\n'))
}

const sysctlLines = (sysctls: NamespacePlan['sysctls'], wanted: (key: string) => boolean): string[] =>
  Object.entries(sysctls)
    .filter(([key]) => wanted(key))
    .map(([key, value]) => `echo '${value}' > /proc/sys/${key.replaceAll('.', '/')}`)
