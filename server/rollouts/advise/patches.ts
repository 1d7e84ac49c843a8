import type { Patch } from '@weir/contract/advice-queries.ts'
import type { Workload } from '@weir/contract/peers.ts'
import { stringify } from 'yaml'

/** One word of a shell's command line, whatever is in it. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

export const shellWords = (words: readonly string[]): string => words.map(shellWord).join(' ')

/** merge: RFC 7386. strategic: lists are merged by their keys, for the kinds that Kubernetes itself has. */
export type PatchType = 'merge' | 'strategic'

/** Kind and name are one word with a slash: no name can be taken for a flag. A node is in no namespace: ''. */
export function kubectlPatch(resource: string, namespace: string, name: string, type: PatchType, body: object): Patch {
  const where = namespace === '' ? [] : [`--namespace=${namespace}`]
  const words = [
    'kubectl',
    'patch',
    `${resource}/${name}`,
    ...where,
    `--type=${type}`,
    `--patch=${JSON.stringify(body)}`,
  ]
  return { kind: 'kubectl patch', text: shellWords(words) }
}

/** Documents for `kubectl apply --filename`. */
export const kubectlApply = (documents: readonly object[]): Patch => ({
  kind: 'kubectl apply',
  text: documents.map(document => stringify(document, { lineWidth: 0 })).join('---\n'),
})

export const awsCli = (commands: readonly (readonly string[])[]): Patch => ({
  kind: 'aws cli',
  text: commands.map(shellWords).join('\n'),
})

/** Where a workload's pod template is; undefined for kinds that a patch cannot change for good. */
export function templatePatch(
  { kind, name }: Workload,
  namespace: string,
  template: object,
  more: object = {},
): Patch | undefined {
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
      return kubectlPatch(kind.toLowerCase(), namespace, name, 'strategic', {
        spec: { ...more, template: { spec: template } },
      })
    case 'CronJob':
      return kubectlPatch('cronjob', namespace, name, 'strategic', {
        spec: { jobTemplate: { spec: { template: { spec: template } } } },
      })
    case 'Rollout': // argoproj.io: a custom resource has no strategic merge
      return kubectlPatch('rollouts.argoproj.io', namespace, name, 'merge', {
        spec: { ...more, template: { spec: template } },
      })
    default:
      return undefined
  }
}
