import type { Truth } from '../truth.ts'
import { chargesOf } from './rules.ts'

/** One group of one day, as Cost Explorer answers by USAGE_TYPE and OPERATION: decimals are text. */
export interface BillLine {
  /** "2026-10-01" */
  readonly day: string
  readonly usageType: string
  readonly operation: string
  readonly gb: string
  readonly usd: string
  readonly recordType: 'Usage' | 'Credit'
}

const GB = 2n ** 30n
const DIGITS = 10n ** 10n
/** us-east-1: $0.01 a GB, each way and end. */
const CENTS_PER_GB = 1n

export function billOf(truth: Truth): BillLine[] {
  const bytes = new Map<string, bigint>()
  for (const { day, usageType, operation, bytes: some } of chargesOf(truth)) {
    const key = `${dayText(truth.month, day)}|${usageType}|${operation}`
    bytes.set(key, (bytes.get(key) ?? 0n) + BigInt(some))
  }
  const lines = [...bytes].map(([key, sum]): BillLine => {
    const [day = '', usageType = '', operation = ''] = key.split('|')
    const quantity = (sum * DIGITS) / GB
    return {
      day,
      usageType,
      operation,
      gb: decimal(quantity),
      usd: decimal((quantity * CENTS_PER_GB) / 100n),
      recordType: 'Usage',
    }
  })
  return [...lines, ...Array.from({ length: truth.days }, (_, day) => beside(dayText(truth.month, day))).flat()]
}

/** On every bill, and none of it is traffic across zones that is paid for. */
function beside(day: string): BillLine[] {
  const usageType = 'DataTransfer-Regional-Bytes'
  return [
    { day, usageType, operation: 'LoadBalancing', gb: '3.25', usd: '0.0325', recordType: 'Usage' },
    { day, usageType, operation: 'InterZone-In', gb: '0', usd: '-0.5', recordType: 'Credit' },
    {
      ...{ day, usageType: 'USE1-DataTransfer-xAZ-In-Bytes', operation: 'InterZone-In' },
      ...{ gb: '40.5', usd: '0', recordType: 'Usage' },
    },
  ]
}

const dayText = (month: string, day: number): string => `${month}-${String(day + 1).padStart(2, '0')}`

function decimal(scaled: bigint): string {
  const digits = scaled.toString().padStart(11, '0')
  return `${digits.slice(0, -10)}.${digits.slice(-10)}`
}
