import type { Price } from '@weir/contract/queries.ts'
import { priceInForce } from '../../../server/pricing/price.ts'

/** A price as a setting gives it. */
export const priceAt = (usdPerGb: number, bytesPerGb: number): Price =>
  priceInForce({ usdPerGb, regions: [], bytesPerGb, currency: 'USD' })
