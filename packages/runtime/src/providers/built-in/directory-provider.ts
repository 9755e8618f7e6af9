import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConfigProvider, ConfigurationError, defineConfigProvider, list } from '@sluice/template'
import { AllowedPaths, unreadable } from './allowed-paths.ts'

const version = '1.0.0'
const doc =
  'Looks up the content of files, as Docker and Kubernetes mount secrets: ${directory:/run/secrets:db-password}.'

export const directoryProvider = defineConfigProvider({
  name: 'directory',
  version,
  doc,
  config: {
    allowedPaths: list({
      doc: 'Lets settings refer to files in these folders and below; separated by commas.',
      importance: 'HIGH',
    }),
  },
  // an editor or echo has put a line's end there
  open: async ({ config }) =>
    folders(new AllowedPaths(config.allowedPaths), (text) => text.replace(/\r?\n$/, '')),
})

export const jvmDirectoryProvider = defineConfigProvider({
  name: 'org.apache.kafka.common.config.provider.DirectoryConfigProvider',
  version,
  doc,
  config: {
    allowedPaths: list({
      doc: 'Lets settings refer to files in these folders and below; separated by commas. Absent: to all, as on the JVM.',
      importance: 'HIGH',
      optional: true,
    }),
  },
  open: async ({ config }) => folders(new AllowedPaths(config.allowedPaths), (text) => text),
})

function folders(paths: AllowedPaths, valueOf: (text: string) => string): ConfigProvider {
  const read = async (folder: string, key: string): Promise<string | undefined> => {
    // a key is a file's name, never a way out of the folder
    if (key === '' || key === '.' || key === '..' || /[/\\\0]/.test(key)) return undefined
    try {
      return valueOf(await readFile(await paths.file(join(folder, key)), 'utf8'))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error instanceof Error && 'code' in error ? unreadable(join(folder, key), error) : error
    }
  }
  return {
    async get(path, keys) {
      if (path === '')
        throw new ConfigurationError('a folder is missing: write ${directory:/path/of/folder:file}')
      await paths.real(path)
      const values = await Promise.all(keys.map(async (key) => [key, await read(path, key)] as const))
      return { values: new Map(values.filter((one): one is [string, string] => one[1] !== undefined)) }
    },
  }
}

function isMissing(error: unknown): boolean {
  const { cause } = error as { cause?: unknown }
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT'
}
