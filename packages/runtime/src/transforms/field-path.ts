import type { RecordSchema, StructField } from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'
import { fieldIn, fieldNamed, fieldsOf, isNull, structOf, valueOf } from './fields.ts'
import type { FieldSyntax } from './settings.ts'

/** The names on the way to a field; one at least. */
export type FieldPath = readonly string[]

/**
 * Reads the name of a field: as it is (V1), or as a path of names with dots between them (V2), where a name in backticks may have
 * dots, and `` \` `` before a dot stands for a backtick. Throws a ConfigError for a backtick that is not closed.
 * Source: KIP-821.
 */
export function parseFieldPath(
  text: string,
  how: { readonly syntax: FieldSyntax; readonly setting: string },
): FieldPath {
  if (how.syntax === 'V1') return [text]
  const names: string[] = []
  for (let at = 0; at <= text.length; ) {
    const step = text[at] === '`' ? quotedName(text, at) : plainName(text, at)
    if (step === undefined) throw new ConfigError([{ field: how.setting, message: notClosed(text) }])
    names.push(step.name)
    at = step.next
  }
  return names
}

function notClosed(text: string): string {
  return `has a backtick that is not closed in the path ${text}; write \\\` for one that is part of a name`
}

interface PathStep {
  readonly name: string
  /** Where the next name begins; beyond the end where there is none. */
  readonly next: number
}

function plainName(text: string, start: number): PathStep {
  const dot = text.indexOf('.', start)
  return dot === -1
    ? { name: text.slice(start), next: text.length + 1 }
    : { name: text.slice(start, dot), next: dot + 1 }
}

/** Only a backtick at the end or before a dot closes. */
function quotedName(text: string, start: number): PathStep | undefined {
  let name = ''
  let from = start + 1
  for (let at = text.indexOf('`', from); at !== -1; at = text.indexOf('`', at + 1)) {
    const last = at === text.length - 1
    if (!last && text[at + 1] !== '.') continue
    const escaped = text[at - 1] === '\\'
    if (escaped && last) break
    name += text.slice(from, escaped ? at - 1 : at)
    if (!escaped) return { name, next: at + 2 }
    name += '`'
    from = at + 1
  }
  return undefined
}

/** The field that a path leads to. Throws a RecordError where the schema has none. */
export function fieldAt(schema: RecordSchema, path: FieldPath, purpose: string): StructField {
  const last = path.length - 1
  let current = schema
  for (const name of path.slice(0, last)) current = fieldNamed(structOf(current, purpose), name).schema
  return fieldNamed(structOf(current, purpose), path[last]!)
}

/** Reads what a path leads to in values without schema; null where something on the way is missing or null. */
export function plainReader(path: FieldPath, purpose: string): (value: unknown) => unknown {
  return (value) => {
    let current = value
    for (const name of path) {
      if (isNull(current)) return null
      current = fieldIn(fieldsOf(current, purpose), name)
    }
    return current ?? null
  }
}

/** Reads what a path leads to in values of a schema; null where something on the way is null. Throws as `fieldAt` does. */
export function schemaReader(
  schema: RecordSchema,
  path: FieldPath,
  how: { readonly purpose: string; readonly replaceNullWithDefault: boolean },
): (value: unknown) => unknown {
  const steps = path.map((_, index) => fieldAt(schema, path.slice(0, index + 1), how.purpose))
  const last = steps.length - 1
  return (value) => {
    let current = value
    for (const [index, field] of steps.entries()) {
      if (isNull(current)) return null
      // what is on the way has always been read with its default, whatever is wanted of the end
      const replace = index < last || how.replaceNullWithDefault
      current = valueOf(fieldsOf(current, how.purpose), field, { replaceNullWithDefault: replace })
    }
    return current
  }
}
