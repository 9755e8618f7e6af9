import {
  type ConfigFields,
  definitionKind,
  type Issue,
  type Logger,
  missingSetting,
  parseConfig,
  type Predicate,
  type RecordPart,
  type Transform,
} from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'
import type { PluginLookup } from '../task/task.ts'
import { javaScriptAllowances } from './javascript/allowances.ts'
import { isJavaScriptTransform } from './javascript/javascript-transform.ts'

export interface OpeningOptions {
  readonly settings: ReadonlyMap<string, string>
  readonly worker?: ReadonlyMap<string, string>
  readonly plugins: PluginLookup
  readonly log: Logger
}

/** A transform or a predicate that settings name. */
export interface Named {
  readonly kind: 'transform' | 'predicate'
  /** `transforms.<name>.` */
  readonly start: string
  /** The settings under it, less those that belong to the chain. */
  readonly own: Map<string, string>
}

interface Openable {
  readonly config: ConfigFields
  touches(config: never): readonly RecordPart[]
  changes?(config: never): readonly RecordPart[]
  open(context: object): Transform | Predicate
}

/** What was opened, and what it looks at and changes. */
export interface Opened<P = Transform | Predicate> {
  readonly plugin: P
  readonly touches: readonly RecordPart[]
  readonly changes: readonly RecordPart[]
}

/** Opens the transforms and predicates of one chain, and gathers what is wrong with them. */
export class Opening {
  readonly issues: Issue[] = []
  readonly touches = new Set<RecordPart>()
  readonly #options: OpeningOptions
  readonly #closers: (() => void)[] = []

  constructor(options: OpeningOptions) {
    this.#options = options
  }

  get settings(): ReadonlyMap<string, string> {
    return this.#options.settings
  }

  /** Undefined: it can't be opened, and an issue says why. */
  open(named: Named): Opened | undefined {
    const found = this.#parse(named)
    if (found === undefined) return undefined
    const { definition, config } = found
    try {
      const touches = definition.touches(config as never)
      const changes = definition.changes?.(config as never) ?? touches
      for (const part of touches) this.touches.add(part)
      const plugin = definition.open({ config, log: this.#options.log, ...this.#allowed(definition) })
      this.#closers.push(() => plugin.close?.())
      return { plugin, touches, changes }
    } catch (error) {
      this.issues.push(...openingIssues(named.start, error))
      return undefined
    }
  }

  /** Closes what was opened. */
  close(): void {
    for (const close of this.#closers) close()
  }

  #parse({ kind, start, own }: Named): { definition: Openable; config: object } | undefined {
    const type = own.get('type')
    own.delete('type')
    if (type === undefined) {
      this.issues.push({ field: `${start}type`, message: missingSetting })
      return undefined
    }
    const definition = this.#find({ kind, type: type.trim(), field: `${start}type` })
    if (!definition) return undefined
    const { config, issues, unclaimed, deprecated } = parseConfig(definition.config, own)
    this.issues.push(...issues.map((issue) => ({ ...issue, field: start + issue.field })))
    this.#warn(start, { unclaimed, deprecated, type })
    return config && { definition, config }
  }

  #find(how: { kind: Named['kind']; type: string; field: string }): Openable | undefined {
    try {
      const found = this.#options.plugins.find(how.kind, how.type)
      if (definitionKind(found) === how.kind) return found as Openable
      this.issues.push({ field: how.field, message: `names "${how.type}", which is not a ${how.kind}` })
    } catch (error) {
      this.issues.push({ field: how.field, message: `names "${how.type}": ${messageOf(error)}` })
    }
    return undefined
  }

  #warn(
    start: string,
    about: {
      readonly unclaimed: readonly string[]
      readonly deprecated: ReadonlyArray<{ readonly used: string; readonly instead: string }>
      readonly type: string
    },
  ): void {
    for (const { used, instead } of about.deprecated) {
      this.#options.log.warn({}, `${start}${used} is an older name of ${start}${instead}.`)
    }
    for (const key of about.unclaimed) {
      // the table of settings speaks of it
      if (key === 'plugin.version') continue
      this.#options.log.warn({}, `${start}${key} is no setting of ${about.type}; is it spelled right?`)
    }
  }

  /** Only what runs code that settings name hears of what the operator allows. */
  #allowed(definition: Openable): object {
    if (!isJavaScriptTransform(definition)) return {}
    return { allowed: javaScriptAllowances(this.#options.worker ?? new Map()) }
  }
}

/** A copy of the settings under a prefix, which is taken off. */
export function under(settings: ReadonlyMap<string, string>, start: string): Map<string, string> {
  const entries = [...settings].filter(([key]) => key.startsWith(start))
  return new Map(entries.map(([key, value]) => [key.slice(start.length), value]))
}

function openingIssues(start: string, error: unknown): readonly Issue[] {
  return error instanceof ConfigError
    ? error.issues.map((issue) => ({ ...issue, field: start + issue.field }))
    : [{ field: `${start}type`, message: `cannot be opened: ${messageOf(error)}` }]
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
