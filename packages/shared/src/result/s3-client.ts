import { S3Client } from '@aws-sdk/client-s3'

const connectWithinMs = 10_000
const silentForMs = 60_000

/**
 * A client of S3. Region, credentials and endpoint are found by the library where all tools of AWS look for them: the
 * environment, profile files, the roles of containers and instances.
 */
export function openS3Client(): S3Client {
  // A server of one's own has the bucket in the path, mostly: not each has a name in the DNS for every bucket.
  const isOwnServer = Boolean(process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL)
  return new S3Client({
    forcePathStyle: isOwnServer,
    // So that a server which has gone is found out in a minute and not in hours.
    requestHandler: { connectionTimeout: connectWithinMs, socketTimeout: silentForMs },
  })
}
