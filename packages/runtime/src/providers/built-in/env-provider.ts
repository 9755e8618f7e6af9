import { type ConfigProvider, ConfigurationError, defineConfigProvider, string } from '@sluice/template'
import { javaRegex, regexIssue } from '../../transforms/java/regex.ts'

const version = '1.0.0'
const doc = 'Looks up environment variables of the worker: ${env:NAME}.'

export const envProvider = defineConfigProvider({
  name: 'env',
  version,
  doc,
  config: {
    allowlistPattern: string({
      doc: 'Lets settings refer to variables whose whole name matches this regular expression, such as DB_.*, and to no others.',
      importance: 'HIGH',
      validate: regexIssue,
    }),
  },
  open: async ({ config }) => environment(config.allowlistPattern),
})

export const jvmEnvProvider = defineConfigProvider({
  name: 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
  version,
  doc,
  config: {
    allowlistPattern: string({
      doc: 'Lets settings refer to variables whose name contains a match of this regular expression, as on the JVM. Absent: to all.',
      importance: 'HIGH',
      default: '.*',
      validate: regexIssue,
    }),
  },
  // the JVM looks for a match anywhere in the name
  open: async ({ config }) => environment(`(?s:.*)(?:${config.allowlistPattern})(?s:.*)`),
})

function environment(pattern: string): ConfigProvider {
  const isAllowed = javaRegex(pattern).matcher()
  return {
    async get(path, keys) {
      if (path !== '') {
        throw new ConfigurationError(
          `environment variables have no path: write \${env:NAME}, without "${path}"`,
        )
      }
      const refused = keys.filter((key) => !isAllowed(key))
      if (refused.length > 0) {
        throw new ConfigurationError(`allowlist.pattern doesn't allow ${refused.join(', ')}`)
      }
      const found = keys.filter((key) => Object.hasOwn(process.env, key))
      return { values: new Map(found.map((key) => [key, process.env[key]!])) }
    },
  }
}
