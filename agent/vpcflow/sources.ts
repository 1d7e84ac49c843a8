import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { S3Client } from '@aws-sdk/client-s3'
import type { EpochMs } from '@weir/contract/units.ts'
import type { SharedSettings } from './config.ts'
import type { FlowLogFacts } from './flow-log-facts.ts'
import { JoinedObjects } from './joined-objects.ts'
import { LogStreams } from './log-streams.ts'
import { S3Objects } from './s3-objects.ts'

/** Silence of AWS after which a request counts as failed, ms. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000 }

/** What every client is made with. Credentials and endpoints are found as the AWS SDK finds them. */
export const clientOptions = ({ region }: Pick<SharedSettings, 'region'>) => ({
  ...(region !== '' && { region }),
  requestHandler: TIMEOUTS,
})

/** The places that the settings name, as one. */
export function sourcesOf(settings: SharedSettings, facts: FlowLogFacts, now: () => EpochMs): JoinedObjects {
  const options = clientOptions(settings)
  const { fromS3, fromLogGroup, format } = settings
  return new JoinedObjects(
    [
      ...fromS3.map(
        place => new S3Objects({ client: new S3Client({ ...options, followRegionRedirects: true }), ...place, now }),
      ),
      ...fromLogGroup.map(
        group =>
          new LogStreams({
            client: new CloudWatchLogsClient(options),
            group,
            format: () => format ?? facts.formatOf(group),
            now,
          }),
      ),
    ],
    signal => facts.refresh(signal),
  )
}
