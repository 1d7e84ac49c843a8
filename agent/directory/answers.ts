import type { BatchReceipt } from '@weir/contract/agent-wire.ts'
import type { DirectoryUpdate, LabelAnswer } from '@weir/contract/directory-wire.ts'
import type { Label } from '@weir/contract/peers.ts'

/**
 * The server's answers, checked before they are believed: a proxy's error page or another version's message must not
 * bring the agent down. Each throws an Error that says what was wrong.
 */
export function parseUpdate(body: Uint8Array): DirectoryUpdate {
  const value = record(body, 'directory update')
  const lists = ['labels', 'nodeAddresses', 'declaredPorts', 'services', 'subnets'] as const
  const wrong = lists.find(name => !Array.isArray(value[name]))
  if (wrong !== undefined) throw new Error(`directory update has no list "${wrong}"`)
  if (typeof value.cursor !== 'string' || typeof value.reset !== 'boolean' || typeof value.watermark !== 'number')
    throw new Error('directory update lacks cursor, reset or watermark')
  checkLabels(value.labels)
  checkServices(value.services)
  return value as unknown as DirectoryUpdate
}

export function parseLabelAnswer(body: Uint8Array): LabelAnswer {
  const value = record(body, 'answer about labels')
  if (!Array.isArray(value.unknown)) throw new Error('answer about labels has no list "unknown"')
  checkLabels(value.labels)
  return value as unknown as LabelAnswer
}

export function parseReceipt(body: Uint8Array): BatchReceipt {
  const value = record(body, 'receipt')
  if (!Array.isArray(value.drop)) throw new Error('receipt has no list "drop"')
  checkLabels(value.labels)
  return value as unknown as BatchReceipt
}

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function record(body: Uint8Array, what: string): { readonly [name: string]: unknown } {
  const value: unknown = JSON.parse(new TextDecoder().decode(body))
  if (!isRecord(value)) throw new Error(`${what} is not a JSON object`)
  return value
}

function checkLabels(labels: unknown): asserts labels is readonly Label[] {
  const wrong = Array.isArray(labels) ? labels.find(label => !isLabel(label)) : 'no list'
  if (wrong !== undefined) throw new Error(`not a label: ${JSON.stringify(wrong).slice(0, 200)}`)
}

const isLabel = (value: unknown): value is Label =>
  isRecord(value) &&
  Number.isSafeInteger(value.id) &&
  typeof value.address === 'string' &&
  isRecord(value.peer) &&
  typeof value.peer.kind === 'string' &&
  typeof value.from === 'number' &&
  (value.to === null || typeof value.to === 'number')

function checkServices(services: unknown): void {
  const wrong = Array.isArray(services) ? services.find(service => !isService(service)) : 'no list'
  if (wrong !== undefined) throw new Error(`not a Service: ${JSON.stringify(wrong).slice(0, 200)}`)
}

const isService = (value: unknown): boolean =>
  isRecord(value) &&
  Number.isSafeInteger(value.id) &&
  Array.isArray(value.addresses) &&
  Array.isArray(value.ports) &&
  value.ports.every(isRecord) &&
  Array.isArray(value.generations) &&
  value.generations.every(isRecord)
