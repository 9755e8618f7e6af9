import type { OpenRegistry } from '../registry/open-registry.ts'
import { Registry } from '../registry/registry.ts'
import { RefusedError } from '../registry/refused-error.ts'

interface Version {
  readonly subject: string
  readonly id: number
  readonly schema: string
  readonly schemaType: string
  references?: readonly object[]
}

/** What a registry keeps, for tests of what is made of its answers. Everything else is tested against a real one. */
export class MemoryRegistry {
  readonly versions: Version[] = []
  readonly questions: string[] = []
  #next = 1

  add(subject: string, schema: string, schemaType = 'AVRO'): number {
    const known = this.versions.find((one) => one.schema === schema && one.schemaType === schemaType)
    const id = known?.id ?? this.#next++
    this.versions.push({ subject, id, schema, schemaType })
    return id
  }

  /** Says what a schema refers to. */
  refer(id: number, references: readonly object[]): void {
    for (const one of this.versions) if (one.id === id) one.references = references
  }

  get = async (path: string): Promise<unknown> => {
    this.questions.push(`GET ${path}`)
    const byId = /^\/schemas\/ids\/(\d+)$/.exec(path)
    const latest = /^\/subjects\/([^/]+)\/versions\/latest$/.exec(path)
    const version = /^\/subjects\/([^/]+)\/versions\/(\d+)$/.exec(path)
    if (version) return this.versions.filter(({ subject }) => subject === version[1])[Number(version[2]) - 1]
    const found = byId
      ? this.versions.find(({ id }) => id === Number(byId[1]))
      : this.versions.findLast(({ subject }) => latest && subject === decodeURIComponent(latest[1]!))
    if (found) return found
    throw new RefusedError('Not found.', { status: 404, code: 40403 })
  }

  post = async (path: string, body: object): Promise<unknown> => {
    this.questions.push(`POST ${path}`)
    const { schema, schemaType } = body as { schema: string; schemaType?: string }
    const [, subject, register] = /^\/subjects\/([^/?]+)(\/versions)?/.exec(path)!
    const name = decodeURIComponent(subject!)
    const known = this.versions.find((one) => one.subject === name && one.schema === schema)
    if (known) return known
    if (register === undefined) throw new RefusedError('Not found.', { status: 404, code: 40403 })
    return { id: this.add(name, schema, schemaType) }
  }

  close = (): void => {}

  /** What a converter opens by its settings. */
  open: OpenRegistry = (config, use) =>
    new Registry({
      client: this,
      ...use,
      register: config.autoRegisterSchemas,
      normalize: config.normalizeSchemas,
      keep: config.schemasCacheConfig,
      latestKeepMs: Infinity,
    })
}
