import { type Field, string } from '@sluice/template'

/** A setting of Confluent's that does nothing here: said so, or refused where that would change what is written or read. */
export interface OtherSetting {
  readonly class: 'warned' | 'refused'
  /** A sentence part after the name. */
  readonly because: string
  /** Values (regardless of case; class names without their package) at which it asks for nothing. */
  readonly harmless: readonly string[]
}

const warned = (because: string, harmless: readonly string[] = []): OtherSetting => ({
  class: 'warned',
  because,
  harmless,
})

const refused = (because: string, harmless: readonly string[]): OtherSetting => ({
  class: 'refused',
  because,
  harmless,
})

const noRules = 'must be empty: rules of data contracts (encryption, migration, checks) are not run here'
const noProxy =
  'must be empty: requests go straight to the registry; put its address into schema.registry.url'
const strict = 'has no effect: a value that does not fit the schema it is written with is always refused'
const pem = 'does nothing: certificates and keys are PEM'
const nodeTls = "does nothing: TLS is Node's own"

/** By name on the wire; of every converter here. */
export const otherSettings = {
  'max.schemas.per.subject': warned('does nothing: schemas.cache.config says how much is kept'),
  'latest.compatibility.strict': warned(strict, ['true']),
  'id.compatibility.strict': warned(strict, ['true']),
  'context.name.strategy': refused(
    'must be NullContextNameStrategy: contexts of the registry are not supported',
    ['nullcontextnamestrategy'],
  ),
  'use.latest.with.metadata': refused('must be empty: versions are not looked up by metadata', ['']),
  'use.schema.guid': refused('must be empty: schemas are known by their ids', ['']),
  'key.schema.id.serializer': refused(
    'must be PrefixSchemaIdSerializer: the id stands before the record’s bytes',
    ['prefixschemaidserializer'],
  ),
  'value.schema.id.serializer': refused(
    'must be PrefixSchemaIdSerializer: the id stands before the record’s bytes',
    ['prefixschemaidserializer'],
  ),
  'key.schema.id.deserializer': refused('must be DualSchemaIdDeserializer or PrefixSchemaIdDeserializer', [
    'dualschemaiddeserializer',
    'prefixschemaiddeserializer',
  ]),
  'value.schema.id.deserializer': refused('must be DualSchemaIdDeserializer or PrefixSchemaIdDeserializer', [
    'dualschemaiddeserializer',
    'prefixschemaiddeserializer',
  ]),
  'rule.executors': refused(noRules, ['']),
  'rule.actions': refused(noRules, ['']),
  'rule.service.loader.enable': warned('does nothing: no rules are run here'),
  'propagate.schema.tags': warned('does nothing: tags are not handed on'),
  'schema.reflection': refused('must be false: values have schemas, not classes', ['false']),
  'proxy.host': refused(noProxy, ['']),
  'proxy.port': refused(noProxy, ['', '-1']),
  'latest.cache.size': warned('does nothing: schemas.cache.config says how much is kept'),
  'schema.registry.url.randomize': warned('does nothing: the URLs are tried in the order given'),
  'http.capacity.timeout.ms': warned('does nothing: http.read.timeout.ms says how long an answer may take'),
  'schema.registry.ssl.truststore.type': refused('must be PEM', ['pem']),
  'schema.registry.ssl.keystore.type': refused('must be PEM', ['pem']),
  'schema.registry.ssl.truststore.password': warned(pem, ['']),
  'schema.registry.ssl.keystore.password': warned(pem, ['']),
  'schema.registry.ssl.protocol': warned(nodeTls),
  'schema.registry.ssl.enabled.protocols': warned(nodeTls),
  'schema.registry.ssl.provider': warned(nodeTls),
  'schema.registry.ssl.cipher.suites': warned(nodeTls),
  'schema.registry.ssl.keymanager.algorithm': warned(nodeTls),
  'schema.registry.ssl.trustmanager.algorithm': warned(nodeTls),
  'schema.registry.ssl.secure.random.implementation': warned(nodeTls),
  'schema.registry.ssl.engine.factory.class': refused('must be empty: TLS is Node’s own', ['']),
} as const satisfies Readonly<Record<string, OtherSetting>>

/** Fields that claim such settings, so that they are no unknown ones, and refuse what is refused. */
export function fieldsOf(
  settings: Readonly<Record<string, OtherSetting>>,
): Record<string, Field<string | undefined>> {
  const entries = Object.entries(settings).map(([name, setting]) => {
    const validate = (value: string): string | undefined =>
      setting.class === 'warned' || isHarmless(setting, value) ? undefined : setting.because
    const doc = setting.because.replace(/^./, (letter) => letter.toUpperCase())
    return [
      name,
      string({ name, doc: `${doc}.`, optional: true, group: 'Without effect', validate }),
    ] as const
  })
  return Object.fromEntries(entries)
}

/** Sentences for the log about settings that were given and do nothing. */
export function withoutEffect(
  settings: Readonly<Record<string, OtherSetting>>,
  config: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(settings).flatMap(([name, setting]) => {
    const value = config[name]
    if (setting.class !== 'warned' || typeof value !== 'string' || isHarmless(setting, value)) return []
    return [`${name} ${setting.because}.`]
  })
}

function isHarmless({ harmless }: OtherSetting, value: string): boolean {
  const text = value.trim().toLowerCase()
  return harmless.includes(text) || harmless.includes(text.slice(text.lastIndexOf('.') + 1))
}
