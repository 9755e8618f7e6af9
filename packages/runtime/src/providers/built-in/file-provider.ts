import { readFile } from 'node:fs/promises'
import { type ConfigProvider, ConfigurationError, defineConfigProvider, list } from '@sluice/template'
import { parseProperties } from '../../config/properties.ts'
import { AllowedPaths, unreadable } from './allowed-paths.ts'

const version = '1.0.0'
const doc = 'Looks up keys of properties files: ${file:/run/secrets/db.properties:password}.'

export const fileProvider = defineConfigProvider({
  name: 'file',
  version,
  doc,
  config: {
    allowedPaths: list({
      doc: 'Lets settings refer to these files, and to files below these folders; separated by commas.',
      importance: 'HIGH',
    }),
  },
  open: async ({ config }) => propertiesFiles(new AllowedPaths(config.allowedPaths)),
})

export const jvmFileProvider = defineConfigProvider({
  name: 'org.apache.kafka.common.config.provider.FileConfigProvider',
  version,
  doc,
  config: {
    allowedPaths: list({
      doc: 'Lets settings refer to these files, and to files below these folders; separated by commas. Absent: to all, as on the JVM.',
      importance: 'HIGH',
      optional: true,
    }),
  },
  open: async ({ config }) => propertiesFiles(new AllowedPaths(config.allowedPaths)),
})

function propertiesFiles(paths: AllowedPaths): ConfigProvider {
  return {
    async get(path, keys) {
      if (path === '')
        throw new ConfigurationError('a file is missing: write ${file:/path/of/a.properties:key}')
      const real = await paths.file(path)
      const text = await readFile(real, 'utf8').catch((cause: unknown) => {
        throw unreadable(path, cause)
      })
      const all = parseProperties(text, path)
      return { values: new Map(keys.filter((key) => all.has(key)).map((key) => [key, all.get(key)!])) }
    },
  }
}
