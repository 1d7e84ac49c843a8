import { type FaultReason, ReadFault } from './read-fault.ts'

/** AWS's own names of what is wrong with one object; everything else (throttling, credentials, network) is not its fault. */
const faults: { readonly [name: string]: FaultReason } = {
  NoSuchKey: 'vanished',
  NotFound: 'vanished',
  PreconditionFailed: 'vanished',
  ResourceNotFoundException: 'vanished',
  AccessDenied: 'access denied',
  InvalidObjectState: 'access denied',
  'KMS.DisabledException': 'access denied',
}

/** An answer of AWS about one object, with an error that is the object's turned into a ReadFault. */
export async function byFault<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    const reason = error instanceof Error ? faults[error.name] : undefined
    if (reason === undefined || !(error instanceof Error)) throw error
    throw new ReadFault(reason, `${error.name}: ${error.message}`)
  }
}
