import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { VpcRecords } from '../vpc-map.ts'

/** 1: first release. */
const VERSION = 1

/**
 * The map as it was read last, so that a server that starts without AWS places what it placed before. @throws the
 * system's error; the file of before then still stands
 */
export async function writeCache(file: string, vpcs: readonly VpcRecords[]): Promise<void> {
  const next = await open(`${file}.next`, 'w')
  try {
    await next.writeFile(JSON.stringify({ version: VERSION, vpcs }))
    await next.sync()
  } finally {
    await next.close()
  }
  await rename(`${file}.next`, file)
  // A rename is durable when its folder is.
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Nothing where there is no file yet, or why it cannot be used. */
export async function readCache(file: string): Promise<readonly VpcRecords[] | string> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (!isRecord(value) || value.version !== VERSION) return `${file} was written by another version`
    return Array.isArray(value.vpcs) && value.vpcs.every(isVpc) ? value.vpcs : `${file} holds no map of VPCs`
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    return `${file}: ${error instanceof Error ? error.message : error}`
  }
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null

const lists = ['zones', 'subnets', 'interfaces', 'routeTables', 'natGateways'] as const

/** A whole file was written by this program: only the outer shape is looked at, for a disk that returns something else. */
const isVpc = (value: unknown): value is VpcRecords =>
  isRecord(value) &&
  typeof value.vpc === 'string' &&
  typeof value.region === 'string' &&
  typeof value.readAt === 'number' &&
  lists.every(list => Array.isArray(value[list])) &&
  (value.flowLogs === undefined || Array.isArray(value.flowLogs))
