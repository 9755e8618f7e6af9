import { ConfigurationError } from '@sluice/template'
import type { AwsCredentials } from './credentials.ts'
import { explained } from './find-cluster.ts'

export interface UserPassword {
  readonly username: string
  readonly password: string
}

/** User name and password of a secret as MSK wants them: JSON with `username` and `password`. Rejects without showing what it holds. */
export async function scramSecret(
  arn: string,
  how: { readonly region: string; readonly credentials: AwsCredentials },
): Promise<UserPassword> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
  const { region, credentials } = how
  const client = new SecretsManagerClient({ region, credentials })
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }))
    return userPasswordIn(SecretString, arn)
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    const right = 'secretsmanager:GetSecretValue (and kms:Decrypt for the key of the secret)'
    throw explained(error, { what: `the secret ${arn}`, right, region, source: credentials.source })
  } finally {
    client.destroy()
  }
}

export function userPasswordIn(text: string, arn: string): UserPassword {
  const found = jsonOf(text)
  if (typeof found === 'object' && found !== null && 'username' in found && 'password' in found) {
    const { username, password } = found
    if (typeof username === 'string' && typeof password === 'string') return { username, password }
  }
  throw new ConfigurationError(
    `The secret ${arn} is no JSON with username and password: {"username": "...", "password": "..."}, as MSK wants it.`,
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // its message would quote the secret
    return undefined
  }
}
