import { Buffer } from 'node:buffer'
import { defineConfigProvider, type Json, parseJson, stringifyJson } from '@sluice/template'
import type { Address } from './address.ts'
import { awsProvider, failureOf } from './answers.ts'
import { awsFields } from './aws-fields.ts'

/**
 * `${secretsmanager:name:key}` is a key of a secret that is a JSON object, `${secretsmanager:name}` the secret as a whole. `name` may be an ARN.
 * `?stage=AWSPREVIOUS` and `?version=<id>` choose another version than AWSCURRENT.
 */
export const secretsManagerProvider = defineConfigProvider({
  name: 'secretsmanager',
  aliases: ['com.amazonaws.kafka.config.providers.SecretsManagerConfigProvider'],
  version: '0.1.0',
  doc: 'Looks up secrets of AWS Secrets Manager: ${secretsmanager:shop/db:password}.',
  config: awsFields,
  async open({ config }) {
    // 100 ms and some memory, for those only who have such a provider
    const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
    const { region, endpoint, allowlistPattern, ttlMs } = config
    const client = new SecretsManagerClient({ ...(region && { region }), ...(endpoint && { endpoint }) })
    const secretOf = async ({ name, version, stage }: Address, signal: AbortSignal) => {
      const command = new GetSecretValueCommand({
        SecretId: name,
        ...(version !== undefined && { VersionId: version }),
        ...(stage !== undefined && { VersionStage: stage }),
      })
      try {
        const { SecretString, SecretBinary } = await client.send(command, { abortSignal: signal })
        return SecretString ?? (SecretBinary && Buffer.from(SecretBinary).toString('base64'))
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
        throw failureOf(`the secret ${name}`, 'secretsmanager:GetSecretValue', error)
      }
    }
    return awsProvider({
      arnParts: 7,
      allowlistPattern,
      ttlMs,
      look: async (addresses, signal) => {
        const secrets = Map.groupBy(addresses, ({ name, version, stage }) =>
          JSON.stringify([name, version, stage]),
        )
        const found = await Promise.all(
          [...secrets.values()].map(async (same) => {
            const secret = await secretOf(same[0]!, signal)
            return same.map((one) => [one.key, fieldOf(secret, one)] as const)
          }),
        )
        return new Map(found.flat().filter((one): one is [string, string] => one[1] !== undefined))
      },
      close: () => client.destroy(),
    })
  },
})

/** A key of the secret's JSON, or all of it. Throws an Error that doesn't quote the secret. */
function fieldOf(secret: string | undefined, { name, field }: Address): string | undefined {
  if (secret === undefined || field === '') return secret
  const fields = jsonOf(secret)
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new Error(
      `the secret ${name} is no JSON object, so it has no keys; refer to it as a whole, without one`,
    )
  }
  const value = Object.hasOwn(fields, field) ? (fields as Readonly<Record<string, Json>>)[field] : undefined
  return value === undefined || typeof value === 'string' ? value : stringifyJson(value)
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    // its message would quote the text
    return undefined
  }
}
