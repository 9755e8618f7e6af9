import type { CredentialOptions } from './credentials.ts'

/** A line of `sasl.jaas.config`, taken apart. */
export interface LoginLine {
  readonly module: string
  readonly options: Readonly<Record<string, string>>
}

const understood = {
  awsProfileName: 'profile',
  awsRoleArn: 'roleArn',
  awsRoleSessionName: 'roleSessionName',
  awsRoleExternalId: 'roleExternalId',
  awsStsRegion: 'stsRegion',
} as const

/** They steer retries and the log of the Java library. */
const without = ['awsDebugCreds', 'awsMaxRetries', 'awsMaxBackOffTimeMs']
const ofKeys = ['awsRoleAccessKeyId', 'awsRoleSecretAccessKey', 'awsRoleSessionToken']

/**
 * Whose credentials a line of aws-msk-iam-auth asks for (https://github.com/aws/aws-msk-iam-auth). Undefined where it says nothing of them. Throws an
 * Error that names an option which nobody knows, for it might say who is to log in.
 */
export function credentialsOfLine({ module, options }: LoginLine): CredentialOptions | undefined {
  const unknown = Object.keys(options).filter(
    (name) => !Object.hasOwn(understood, name) && !without.includes(name) && !ofKeys.includes(name),
  )
  if (unknown.length > 0 && module.startsWith('software.amazon.')) {
    throw new Error(
      `sasl.jaas.config has ${unknown.join(', ')}, which ${module} doesn't know. It has ${[...Object.keys(understood), ...ofKeys].join(', ')}.`,
    )
  }
  const found: CredentialOptions = Object.fromEntries(
    Object.entries(understood).flatMap(([name, ours]) =>
      options[name] === undefined || options[name] === '' ? [] : [[ours, options[name]]],
    ),
  )
  // as there: the profile is tried first
  const { roleArn, ...others } = found
  const asRole: CredentialOptions = found.profile === undefined ? found : others
  const { awsRoleAccessKeyId: accessKeyId, awsRoleSecretAccessKey: secretAccessKey } = options
  const { awsRoleSessionToken: sessionToken } = options
  const all: CredentialOptions = {
    ...(asRole.roleArn && { roleSessionName: 'aws-msk-iam-auth' }),
    ...asRole,
    ...(accessKeyId &&
      secretAccessKey && {
        keys: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
      }),
  }
  return all.profile === undefined && roleArn === undefined ? undefined : all
}
