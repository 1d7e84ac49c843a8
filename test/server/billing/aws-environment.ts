/** Credentials for the SDK's default chain, of the environment only: nothing of the machine is read, nothing is asked. */
export function withCredentials(): void {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'secret', ...elsewhere })
}

export function withoutCredentials(): void {
  delete process.env.AWS_ACCESS_KEY_ID
  delete process.env.AWS_SECRET_ACCESS_KEY
  Object.assign(process.env, elsewhere)
}

const elsewhere = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
}
