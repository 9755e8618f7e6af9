import {
  kindOf,
  type Logger,
  type Predicate,
  type RecordData,
  RecordError,
  type RecordPart,
  type Transform,
} from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'
import type { PluginLookup } from '../task/task.ts'
import { Opening, under } from './opening.ts'

/** The transforms of one task, in order. */
export interface TransformChain {
  readonly empty: boolean
  /** What any of them, or of their predicates, looks at or changes. */
  readonly touches: ReadonlySet<RecordPart>
  /** The record to go on with; null: it was dropped. Throws what a transform throws. */
  apply(record: RecordData): RecordData | null
  /** The name of the transform that threw last, for messages. */
  readonly failedIn: string
  close(): void
}

interface Link {
  readonly name: string
  readonly transform: Transform
  readonly applies: ((record: RecordData) => boolean) | undefined
}

export interface ChainOptions {
  readonly names: readonly string[]
  readonly predicateNames: readonly string[]
  readonly settings: ReadonlyMap<string, string>
  /** The worker's settings: what the operator allows. Absent: nothing that has to be allowed. */
  readonly worker?: ReadonlyMap<string, string>
  readonly plugins: PluginLookup
  readonly log: Logger
}

/** Opens the transforms that `transforms.*` and `predicates.*` describe. Throws a ConfigError with everything that is wrong. */
export function openChain(options: ChainOptions): TransformChain {
  const opening = new Opening(options)
  const links = openLinks(options, opening)
  if (opening.issues.length === 0) return chain(links as readonly Link[], opening)
  opening.close()
  throw new ConfigError(opening.issues)
}

function chain(links: readonly Link[], opening: Opening): TransformChain {
  let failedIn = ''
  const pass = (record: RecordData): RecordData | null => {
    let current = record
    for (const link of links) {
      failedIn = link.name
      if (link.applies?.(current) === false) continue
      const next = link.transform.apply(current)
      if (next === null) return null
      current = next
    }
    return current
  }
  return {
    empty: links.length === 0,
    touches: opening.touches,
    apply(record) {
      try {
        return pass(record)
      } catch (error) {
        throw recordError(error)
      }
    },
    get failedIn() {
      return failedIn
    },
    close: () => opening.close(),
  }
}

/** A transform works on one record at a time: whatever it throws is that record's fault, unless it asks for another try. */
function recordError(error: unknown): unknown {
  return kindOf(error) === 'fatal' ? new RecordError(String(error), { cause: error }) : error
}

/** Undefined in place of one that can't be opened, about which there is an issue. */
function openLinks(options: ChainOptions, opening: Opening): readonly (Link | undefined)[] {
  const predicates = new Map(options.predicateNames.map((name) => [name, openPredicate(opening, name)]))
  return options.names.map((name) => openLink(opening, { name, predicates }))
}

function openLink(
  opening: Opening,
  how: { readonly name: string; readonly predicates: ReadonlyMap<string, Predicate | undefined> },
): Link | undefined {
  const start = `transforms.${how.name}.`
  const own = under(opening.settings, start)
  const predicateName = take(own, 'predicate')
  const negate = (take(own, 'negate') ?? 'false').toLowerCase()
  if (negate !== 'true' && negate !== 'false') {
    opening.issues.push({ field: `${start}negate`, message: `must be true or false, not "${negate}"` })
  }
  if (predicateName !== undefined && !how.predicates.has(predicateName)) {
    const message = `names "${predicateName}", which is not one of the setting predicates`
    opening.issues.push({ field: `${start}predicate`, message })
  }
  const transform = opening.open({ kind: 'transform', start, own }) as Transform | undefined
  if (!transform) return undefined
  const predicate = predicateName === undefined ? undefined : how.predicates.get(predicateName)
  const wanted = negate !== 'true'
  const applies = predicate && ((record: RecordData): boolean => predicate.test(record) === wanted)
  return { name: how.name, transform, applies }
}

function openPredicate(opening: Opening, name: string): Predicate | undefined {
  const start = `predicates.${name}.`
  return opening.open({ kind: 'predicate', start, own: under(opening.settings, start) }) as
    | Predicate
    | undefined
}

function take(settings: Map<string, string>, key: string): string | undefined {
  const value = settings.get(key)
  settings.delete(key)
  return value
}
