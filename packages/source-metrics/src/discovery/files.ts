import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import type { MetricsConfig } from '../config/fields.ts'
import type { Found } from './found.ts'

/** Targets that files list: `[{"targets": ["host:port"], "labels": {"name": "value"}}]`, in JSON or YAML (Prometheus' file_sd). */
export async function fileTargets({
  scrapeFileSdFiles,
}: Pick<MetricsConfig, 'scrapeFileSdFiles'>): Promise<readonly Found[]> {
  const files = (await Promise.all(scrapeFileSdFiles.map(matching))).flat()
  return (await Promise.all(files.map(read))).flat()
}

async function matching(pattern: string): Promise<readonly string[]> {
  const name = basename(pattern)
  if (!name.includes('*')) return [pattern]
  const folder = dirname(pattern)
  const parts = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('.*')}$`)
  const there = await readdir(folder).catch((cause: Error) => {
    throw new Error(`The folder ${folder} of scrape.file.sd.files can't be read: ${cause.message}`, { cause })
  })
  return there
    .filter((one) => expression.test(one))
    .toSorted()
    .map((one) => join(folder, one))
}

async function read(file: string): Promise<readonly Found[]> {
  try {
    const text = await readFile(file, 'utf8')
    return groupsOf(extname(file) === '.json' ? JSON.parse(text) : parseYaml(text))
  } catch (cause) {
    throw new Error(
      `The file ${file} of scrape.file.sd.files gives no targets: ${(cause as Error).message}`,
      {
        cause,
      },
    )
  }
}

function groupsOf(parsed: unknown): readonly Found[] {
  if (parsed === null || parsed === undefined) return []
  if (!Array.isArray(parsed)) throw new Error('it must hold a list of {targets, labels}')
  return parsed.flatMap((group: unknown) => {
    const { targets, labels = {} } = (group ?? {}) as { targets?: unknown; labels?: unknown }
    if (!Array.isArray(targets) || !targets.every((one) => typeof one === 'string'))
      throw new Error('each member must have "targets", a list of texts')
    if (typeof labels !== 'object' || labels === null || Array.isArray(labels))
      throw new Error('"labels" must be an object')
    const own = Object.entries(labels).map(([name, value]) => [name, String(value)] as const)
    return targets.map((address: string) => ({ address, labels: own }))
  })
}
