import { isDeepStrictEqual } from 'node:util'
import { stringifyJson } from '@sluice/template'
import type { Answer } from './step.ts'

/** One field in which two answers differ. */
export interface Difference {
  readonly step: string
  /** Where: `status`, `headers.location`, `body.configs[topic].value.errors`. */
  readonly field: string
  readonly jvm: unknown
  readonly sluice: unknown
}

/** Every field in which Sluice's answer to a step differs. What is there on one side only is one difference. */
export function differencesOf(step: string, jvm: Answer, sluice: Answer): readonly Difference[] {
  return diff('', jvm, sluice).map((found) => ({ step, ...found }))
}

type Found = Omit<Difference, 'step'>

function diff(field: string, jvm: unknown, sluice: unknown): readonly Found[] {
  if (isDeepStrictEqual(jvm, sluice)) return []
  const ours = membersOf(sluice)
  const theirs = membersOf(jvm)
  if (!ours || !theirs || Array.isArray(jvm) !== Array.isArray(sluice)) return [{ field, jvm, sluice }]
  const names = new Set([...theirs.keys(), ...ours.keys()])
  return [...names].flatMap((name) => {
    const below = name.startsWith('[') || field === '' ? `${field}${name}` : `${field}.${name}`
    return diff(below, theirs.get(name), ours.get(name))
  })
}

/** Members of an object; of a list of objects those by what names them, for their order says nothing. Lists of texts are one value. */
function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!Array.isArray(value)) return new Map(Object.entries(value))
  if (value.some((item) => typeof item !== 'object' || item === null)) return undefined
  return new Map(value.map((item, index) => [`[${nameOf(item) ?? index}]`, item]))
}

function nameOf(item: Readonly<Record<string, unknown>>): string | undefined {
  const { definition, class: plugin, type, id, partition, task, name } = item
  if (typeof definition === 'object') return nameOf(definition as Readonly<Record<string, unknown>>)
  const found = typeof plugin === 'string' ? `${plugin} ${type as string}` : (id ?? partition ?? task ?? name)
  if (found === undefined || typeof found === 'string') return found
  return stringifyJson(sorted(found))
}

/** Members in the order of their names, which says nothing in JSON. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
