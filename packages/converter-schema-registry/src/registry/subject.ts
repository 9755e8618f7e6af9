import { RecordError } from '@sluice/template'

const packageName = 'io.confluent.kafka.serializers.subject.'

export type SubjectStrategy = 'topic' | 'record' | 'topic-record'

/** Confluent's three strategies by their class names: under which subject a schema is kept. */
const strategies: ReadonlyMap<string, SubjectStrategy> = new Map([
  [`${packageName}TopicNameStrategy`, 'topic'],
  [`${packageName}RecordNameStrategy`, 'record'],
  [`${packageName}TopicRecordNameStrategy`, 'topic-record'],
])

export const strategyNames: readonly string[] = [...strategies.keys()]

export const defaultStrategy = `${packageName}TopicNameStrategy`

/** The strategy of a class name, with or without its package; undefined for any other. */
export function subjectStrategy(className: string): SubjectStrategy | undefined {
  return strategies.get(className.includes('.') ? className : packageName + className)
}

/** For `validate`. */
export function unknownStrategy(className: string): string | undefined {
  if (subjectStrategy(className) !== undefined) return undefined
  const known = strategyNames.map((name) => name.slice(packageName.length))
  return `must be one of ${known.join(', ')}, not "${className}"`
}

/** Does the topic take part in a subject's name? */
export function needsTopic(strategy: SubjectStrategy): boolean {
  return strategy !== 'record'
}

/**
 * The subject of a schema. `record` is the full name of its outermost type, undefined where that has none: then strategies that go by it throw
 * a RecordError.
 */
export function subjectOf(
  strategy: SubjectStrategy,
  of: { readonly topic: string; readonly role: string; readonly record: string | undefined },
): string {
  const role = of.role === 'key' ? 'key' : 'value'
  if (strategy === 'topic') return `${of.topic}-${role}`
  if (of.record === undefined) {
    throw new RecordError(
      `The ${role} is no record with a name, which ${role}.subject.name.strategy=${strategy === 'record' ? 'RecordNameStrategy' : 'TopicRecordNameStrategy'} goes by. ` +
        'Use TopicNameStrategy, or give its schema a name (the transform SetSchemaMetadata).',
    )
  }
  return strategy === 'record' ? of.record : `${of.topic}-${of.record}`
}
