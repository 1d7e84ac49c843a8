import { S3Client } from '@aws-sdk/client-s3'
import type { EpochMs } from '@weir/contract/units.ts'
import type { SharedSettings } from './config.ts'
import type { FlowLogObjects } from './objects.ts'
import { S3Objects } from './s3-objects.ts'

/** Silence of AWS after which a request counts as failed, ms. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000 }

/** The places that the settings name. Credentials and endpoints are found as the AWS SDK finds them. */
export function sourcesOf({ fromS3, region }: SharedSettings, now: () => EpochMs): readonly FlowLogObjects[] {
  const client = { ...(region !== '' && { region }), requestHandler: TIMEOUTS, followRegionRedirects: true }
  return fromS3.map(place => new S3Objects({ client: new S3Client(client), ...place, now }))
}
