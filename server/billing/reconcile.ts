import type { StatementDay } from './statement.ts'

/** A day's observed quantity held against its billed one. */
export interface Match {
  /** Billionths of a GB, times billed sides. */
  readonly observedNanoGb: bigint
  readonly billedNanoGb: bigint
  /** Observed ÷ billed; above 1 where more was observed than is on the bill. null: nothing billed. */
  readonly coverage: number | null
  /** Billed less observed; negative where more was observed. Never clipped. */
  readonly unattributedNanoGb: bigint
}

/** null: the bill does not have the day. */
export function matchOf({ billed, meteredBytes }: StatementDay, bytesPerGb: number): Match | null {
  if (billed === null) return null
  const observedNanoGb = nanoGbOf(meteredBytes, bytesPerGb)
  return {
    observedNanoGb,
    billedNanoGb: billed.nanoGb,
    coverage: billed.nanoGb > 0n ? Number(observedNanoGb) / Number(billed.nanoGb) : null,
    unattributedNanoGb: billed.nanoGb - observedNanoGb,
  }
}

/** Billionths of a GB, rounded to the nearest. */
export const nanoGbOf = (bytes: number, bytesPerGb: number): bigint =>
  (BigInt(bytes) * 2_000_000_000n + BigInt(bytesPerGb)) / (2n * BigInt(bytesPerGb))
