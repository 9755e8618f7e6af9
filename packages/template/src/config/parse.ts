import { type AnyField, type ConfigFields, type ConfigOf, type Field, wireName } from './field.ts'

/** Something wrong with a setting. `field` is the key on the wire from `parseConfig`, the property's name from `check`. */
export interface Issue<F extends string = string> {
  readonly field: F
  /** A sentence part that follows the setting's name: "must be at least 1, not 0". */
  readonly message: string
  /**
   * For `check`: it may pass with the same settings, as when the other side doesn't answer just now. A request is refused all the same; a worker or
   * a program that starts goes on with the connector, whose tasks try again.
   */
  readonly mayPass?: boolean
}

/** The message of an issue with a setting that is required and isn't there. */
export const missingSetting = 'is required and has no default'

/** What `parseConfig` has read, and everything that it has found wrong or strange. */
export interface ParsedConfig<S extends ConfigFields> {
  /** Present where there is no issue. Frozen. */
  readonly config: ConfigOf<S> | undefined
  /** Every issue, not just the first. */
  readonly issues: readonly Issue[]
  /** Keys that no field claims, in the order given. The caller knows which of them are somebody else's. */
  readonly unclaimed: readonly string[]
  /** Older names used: worth a warning. */
  readonly deprecated: ReadonlyArray<{ readonly used: string; readonly instead: string }>
}

/** Reads text settings into a typed, frozen configuration, with all issues at once. A value is trimmed; an empty one counts as absent where the field isn't text. */
export function parseConfig<S extends ConfigFields>(
  fields: S,
  settings: ReadonlyMap<string, string>,
): ParsedConfig<S> {
  const reading: Reading = {
    settings,
    claimed: new Set(),
    issues: [],
    deprecated: [],
  }
  const config: Record<string, unknown> = {}
  const entries = Object.entries(fields)
  for (const [property, field] of entries) {
    if (field.kind === 'field') config[property] = readField(reading, wireName(property, field), field)
  }
  for (const [property, field] of entries) {
    if (field.kind === 'groups') config[property] = readGroups(reading, field)
  }
  for (const [property, field] of entries) {
    if (field.kind === 'prefix') config[property] = readPrefix(reading, field.prefix)
  }
  return {
    config: reading.issues.length === 0 ? (Object.freeze(config) as ConfigOf<S>) : undefined,
    issues: reading.issues,
    unclaimed: [...settings.keys()].filter((key) => !reading.claimed.has(key)),
    deprecated: reading.deprecated,
  }
}

/** Keys and prefixes that fields claim, for those who explain or document settings. */
export function wireNames(fields: ConfigFields): ReadonlyMap<string, AnyField> {
  return new Map(
    Object.entries(fields).map(([property, field]) => [
      field.kind === 'field' ? wireName(property, field) : field.prefix,
      field,
    ]),
  )
}

interface Reading {
  readonly settings: ReadonlyMap<string, string>
  readonly claimed: Set<string>
  readonly issues: Issue[]
  readonly deprecated: { used: string; instead: string }[]
}

function readField(reading: Reading, name: string, field: Field<unknown>): unknown {
  const key = [name, ...(field.aliases ?? [])].find((candidate) => reading.settings.has(candidate))
  for (const candidate of [name, ...(field.aliases ?? [])]) reading.claimed.add(candidate)
  if (key !== undefined && key !== name) reading.deprecated.push({ used: key, instead: name })
  const text = key === undefined ? undefined : reading.settings.get(key)!.trim()
  const isText = field.type === 'STRING' || field.type === 'PASSWORD' || field.type === 'LIST'
  if (text === undefined || (text === '' && !isText)) {
    if (field.required) reading.issues.push({ field: name, message: missingSetting })
    return field.default
  }
  try {
    return field.parse(text)
  } catch (error) {
    reading.issues.push({ field: name, message: error instanceof Error ? error.message : String(error) })
    return undefined
  }
}

function readPrefix(reading: Reading, prefix: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null)
  for (const [key, value] of reading.settings) {
    if (!key.startsWith(prefix) || reading.claimed.has(key)) continue
    reading.claimed.add(key)
    found[key.slice(prefix.length)] = value
  }
  return Object.freeze(found)
}

function readGroups(
  reading: Reading,
  field: AnyField & { kind: 'groups' },
): ReadonlyMap<string, ConfigOf<ConfigFields>> {
  const names = Object.entries(field.fields).flatMap(([property, inner]) =>
    inner.kind === 'field' ? [wireName(property, inner)] : [],
  )
  const groups = new Map<string, Map<string, string>>()
  for (const [key, value] of reading.settings) {
    if (!key.startsWith(field.prefix) || reading.claimed.has(key)) continue
    const rest = key.slice(field.prefix.length)
    const dot = names.find((name) => rest.endsWith(`.${name}`))?.length ?? rest.length - rest.indexOf('.') - 1
    const group = rest.slice(0, rest.length - dot - 1)
    if (group === '') continue
    reading.claimed.add(key)
    const settings = groups.get(group) ?? new Map<string, string>()
    groups.set(group, settings.set(rest.slice(group.length + 1), value))
  }
  return new Map(
    [...groups].map(([group, settings]) => [group, readGroup(reading, { field, group, settings })]),
  )
}

function readGroup(
  reading: Reading,
  one: { field: AnyField & { kind: 'groups' }; group: string; settings: ReadonlyMap<string, string> },
): ConfigOf<ConfigFields> {
  const parsed = parseConfig(one.field.fields, one.settings)
  const start = `${one.field.prefix}${one.group}.`
  reading.issues.push(...parsed.issues.map((issue) => ({ ...issue, field: start + issue.field })))
  for (const key of parsed.unclaimed) {
    reading.issues.push({ field: start + key, message: 'is not a setting of such a group' })
  }
  return parsed.config ?? {}
}
