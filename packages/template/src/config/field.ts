/**
 * Settings are declared once: typed configuration, validation, the REST ConfigDef, masking and the reference page all come from the declaration.
 */

/** Kafka Connect's ConfigDef types, as the REST API names them. */
export type WireType =
  | 'BOOLEAN'
  | 'STRING'
  | 'INT'
  | 'SHORT'
  | 'LONG'
  | 'DOUBLE'
  | 'LIST'
  | 'CLASS'
  | 'PASSWORD'

/** How much a setting matters to someone who sets a connector up: forms show HIGH first. */
export type Importance = 'HIGH' | 'MEDIUM' | 'LOW'

/** What may be said of a setting, whatever its kind. The factories (`string`, `int` and the others) turn it into a `Field`. */
export interface FieldOptions<T> {
  /** A sentence that starts with what the setting does, and says the unit. */
  readonly doc: string
  /** The key on the wire. Absent: the property's name in dotted lower case (`connectionUrl` is `connection.url`). */
  readonly name?: string
  /** Older keys that still work, with a warning. */
  readonly aliases?: readonly string[]
  /** Default LOW. */
  readonly importance?: Importance
  /** Heading in forms and on the reference page. */
  readonly group?: string
  readonly displayName?: string
  readonly width?: 'NONE' | 'SHORT' | 'MEDIUM' | 'LONG'
  /** What is wrong with a value, or undefined. Worded to follow the setting's name: "must be at least 1". */
  readonly validate?: (value: T) => string | undefined
  /** Values to offer. They don't restrict. */
  readonly recommended?: readonly string[]
  /** Keys of fields whose values or visibility depend on this one. */
  readonly dependents?: readonly string[]
  /** Is the field of use beside these other settings? Default yes. */
  readonly visible?: (settings: ReadonlyMap<string, string>) => boolean
}

/** A declared setting, as the factories make it: what reads, checks, shows and documents one key. Immutable. */
export interface Field<T> extends Omit<FieldOptions<NonNullable<T>>, 'validate'> {
  readonly kind: 'field'
  readonly type: WireType
  /** Text to value; throws an Error whose message follows the setting's name. Includes `validate`. */
  readonly parse: (text: string) => T
  readonly required: boolean
  readonly default: T | undefined
  /** The default as text, for ConfigDef and the reference. */
  readonly defaultText: string | null
  readonly secret: boolean
}

/** Takes every setting under a prefix (less the prefix) that no other field claims. */
export interface PrefixField {
  readonly kind: 'prefix'
  /** Ends in a dot: `producer.override.`. */
  readonly prefix: string
  readonly doc: string
  readonly secret: boolean
}

/** Settings of named groups: `topic.creation.<group>.<field>`. */
export interface GroupsField<S extends ConfigFields = ConfigFields> {
  readonly kind: 'groups'
  /** Ends in a dot: `topic.creation.`. */
  readonly prefix: string
  readonly doc: string
  readonly fields: S
}

/** Whatever may be declared as a setting: one key, all keys under a prefix, or named groups of keys. */
export type AnyField = Field<unknown> | PrefixField | GroupsField

/** The settings of a plug-in, by the properties under which its configuration has them. */
export type ConfigFields = { readonly [property: string]: AnyField }

/** The typed configuration that fields declare. */
export type ConfigOf<S extends ConfigFields> = {
  readonly [P in keyof S]: S[P] extends Field<infer T>
    ? T
    : S[P] extends PrefixField
      ? Readonly<Record<string, string>>
      : S[P] extends GroupsField<infer G>
        ? ReadonlyMap<string, ConfigOf<G>>
        : never
}

/** The key on the wire of a field declared under `property`. */
export function wireName(property: string, field: Field<unknown>): string {
  return field.name ?? property.replace(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`)
}
