import type { AwsCredentials } from './credentials.ts'

/**
 * A token for SASL/OAUTHBEARER: a signed request for kafka-cluster:Connect, good for 15 minutes. It's made on this machine, AWS isn't asked. Rejects where there are no
 * credentials.
 */
export async function iamToken(region: string, credentials: AwsCredentials): Promise<{ value: string }> {
  const { generateAuthTokenFromCredentialsProvider } = await import('aws-msk-iam-sasl-signer-js')
  const { accessKeyId, secretAccessKey, sessionToken } = await credentials()
  // without their end: the signer would shorten the token to fractions of a second, where the Java library signs for 15 minutes whatever the credentials
  const keys = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
  const { token } = await generateAuthTokenFromCredentialsProvider({
    region,
    awsCredentialsProvider: async () => keys,
  })
  return { value: token }
}
