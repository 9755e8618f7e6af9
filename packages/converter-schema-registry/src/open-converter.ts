import type { Logger } from '@sluice/template'
import type { RegistryConfig } from './registry/fields.ts'
import type { OpenRegistry } from './registry/open-registry.ts'
import { type OtherSetting, withoutEffect } from './registry/other-settings.ts'
import type { RegisteredSchema, Registry, SchemaFormat } from './registry/registry.ts'
import { type SubjectStrategy, subjectStrategy } from './registry/subject.ts'
import { SchemaPlans, type SchemaFormatting } from './schema-plans.ts'
import { type ReadRecord, ValueReading } from './value-reading.ts'
import { ValueWriting } from './value-writing.ts'

/** What a converter is opened with. */
export interface Opening<C> {
  readonly config: C
  readonly role: 'key' | 'value' | 'header'
  readonly log: Logger
}

export interface OpenedParts<T> {
  readonly registry: Registry
  readonly strategy: SubjectStrategy
  readonly plans: SchemaPlans<T>
  readonly writing: ValueWriting<T>
  readonly reading: ValueReading
}

/** What the three converters have in common: a registry, and ways to write and to read by it. */
export function openParts<C extends RegistryConfig, T>(
  { config, role, log }: Opening<C>,
  how: {
    readonly openRegistry: OpenRegistry
    readonly format: SchemaFormat
    readonly formatting: SchemaFormatting<T>
    readonly compileReader: (registered: RegisteredSchema) => ReadRecord
    readonly explain: (before: RegisteredSchema, text: string) => readonly string[]
    readonly otherSettings: Readonly<Record<string, OtherSetting>>
  },
): OpenedParts<T> {
  for (const sentence of withoutEffect(how.otherSettings, config)) log.warn({ role }, sentence)
  const className = role === 'key' ? config.keySubjectNameStrategy : config.valueSubjectNameStrategy
  const strategy = subjectStrategy(className)!
  const registry = how.openRegistry(config, how)
  const plans = new SchemaPlans({ config, role, strategy, registry, formatting: how.formatting })
  return {
    registry,
    strategy,
    plans,
    writing: new ValueWriting(plans),
    reading: new ValueReading(registry, how.compileReader),
  }
}
