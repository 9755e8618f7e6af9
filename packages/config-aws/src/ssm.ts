import { defineConfigProvider } from '@sluice/template'
import type { Address } from './address.ts'
import { awsProvider, failureOf } from './answers.ts'
import { awsFields } from './aws-fields.ts'

/** What GetParameters takes at once. */
const atOnce = 10

/**
 * `${ssm:/shop/db:password}` and `${ssm:/shop/db/password}` are the same parameter, decrypted where it is a SecureString. `?version=3` chooses a version,
 * or a label.
 */
export const ssmProvider = defineConfigProvider({
  name: 'ssm',
  aliases: ['com.amazonaws.kafka.config.providers.SsmParamStoreConfigProvider'],
  version: '0.1.0',
  doc: 'Looks up parameters of AWS Systems Manager: ${ssm:/shop/db:password}.',
  config: awsFields,
  async open({ config }) {
    const { GetParametersCommand, SSMClient } = await import('@aws-sdk/client-ssm')
    const { region, endpoint, allowlistPattern, ttlMs } = config
    const client = new SSMClient({ ...(region && { region }), ...(endpoint && { endpoint }) })
    const lookUp = async (names: readonly string[], signal: AbortSignal) => {
      const command = new GetParametersCommand({ Names: [...names], WithDecryption: true })
      try {
        const { Parameters = [] } = await client.send(command, { abortSignal: signal })
        return Parameters
      } catch (error) {
        throw failureOf(`the parameters ${names.join(', ')}`, 'ssm:GetParameters', error)
      }
    }
    return awsProvider({
      arnParts: Infinity,
      allowlistPattern,
      ttlMs,
      look: async (addresses, signal) => {
        const current = addresses.filter((one) => selectorOf(one) === '')
        const values = new Map<string, string>()
        const asked = batchesOf([...new Set(current.map(parameterOf))]).map(async (names) => {
          for (const { Name, ARN, Value } of await lookUp(names, signal)) {
            for (const name of [Name, ARN])
              if (name !== undefined && Value !== undefined) values.set(name, Value)
          }
        })
        // one by one: answers are told apart by their names, which versions share
        const versions = addresses.filter((one) => selectorOf(one) !== '')
        const others = versions.map(async (one) => {
          const [found] = await lookUp([parameterOf(one) + selectorOf(one)], signal)
          if (found?.Value !== undefined) values.set(parameterOf(one) + selectorOf(one), found.Value)
        })
        await Promise.all([...asked, ...others])
        const found = addresses.map(
          (one) => [one.key, values.get(parameterOf(one) + selectorOf(one))] as const,
        )
        return new Map(found.filter((one): one is [string, string] => one[1] !== undefined))
      },
      close: () => client.destroy(),
    })
  },
})

function batchesOf(names: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(names.length / atOnce) }, (_, index) =>
    names.slice(index * atOnce, (index + 1) * atOnce),
  )
}

function parameterOf({ name, field }: Address): string {
  return field === '' ? name : `${name.replace(/\/$/, '')}/${field.replace(/^\//, '')}`
}

/** A version or a label, as AWS wants it behind the name. */
function selectorOf({ version, stage }: Address): string {
  const chosen = version ?? stage
  return chosen === undefined ? '' : `:${chosen}`
}
