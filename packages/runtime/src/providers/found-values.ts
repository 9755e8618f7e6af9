import type { Settings } from '../config/settings.ts'
import { type Part, partsOf } from './references.ts'

/** With more references in one setting, its whole value counts as a secret. */
const mostApart = 3

/** The values that providers gave, told from settings with references and the same with values in their place. */
export function foundValues(raw: Settings, resolved: Settings): readonly string[] {
  return [...raw].flatMap(([key, text]) => {
    const value = resolved.get(key)
    return value === undefined || value === text ? [] : valuesIn(partsOf(text), value)
  })
}

function valuesIn(parts: readonly Part[], value: string): readonly string[] {
  const references = parts.filter((part) => typeof part !== 'string')
  if (references.length > mostApart) return [value]
  // who isn't a provider's stays as it is
  const pattern = parts.map((part) => (typeof part === 'string' ? escaped(part) : '([\\s\\S]*?)')).join('')
  const found = new RegExp(`^${pattern}$`).exec(value)?.slice(1)
  if (found === undefined) return [value]
  const values = found.filter((one, index) => one !== references[index]!.text)
  // where one ends and the next begins is a guess
  return references.length > 1 ? [...values, value] : values
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
