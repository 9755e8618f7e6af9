import {
  type AppliedTransform,
  kindOf,
  type Logger,
  type Predicate,
  type RecordData,
  RecordError,
  type RecordPart,
  type RowBatch,
  type Transform,
} from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'
import type { PluginLookup } from '../task/task.ts'
import { mergedRuns } from './merged-runs.ts'
import { Opening, type Opened, under } from './opening.ts'
import { type RoutingLink, topicsBehind } from './topics-behind.ts'

/** The transforms of one task, in order. */
export interface TransformChain {
  readonly empty: boolean
  /** What any of them, or of their predicates, looks at or changes. */
  readonly touches: ReadonlySet<RecordPart>
  readonly transforms: readonly AppliedTransform[]
  /** The topics that records of a topic may name at the end; undefined: what is in a record decides. */
  topicsBehind(topic: string): readonly string[] | undefined
  /**
   * The record to go on with; null: it was dropped. Throws what a transform throws. Another try with the same passage goes on with the
   * transform that threw: what the others have done they do not do again, for they may have a state.
   */
  apply(record: RecordData, passage?: Passage): RecordData | null
  /** Whole rows at once; undefined: not these, or not this chain. No transform with a state is asked. */
  applyRows<O>(rows: RowBatch<O>): RowBatch<O> | undefined
  close(): void
}

/** How far a record has come through a chain. */
export interface Passage {
  /** The place in `transforms` of the one that is next, or that threw. */
  at: number
  /** What it is given; undefined: the record as it came. */
  record: RecordData | undefined
}

interface Link extends AppliedTransform, RoutingLink {}

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
  const takesRows = links.every(({ transform, applies }) => transform.applyRows && !applies)
  const runs = mergedRuns(links)
  return {
    empty: links.length === 0,
    touches: opening.touches,
    transforms: links.map(({ name, type, changes }) => ({ name, type, changes })),
    topicsBehind: (topic) => topicsBehind(links, topic),
    apply(record, passage) {
      let current = passage?.record ?? record
      let at = passage?.at ?? 0
      try {
        while (at < links.length) {
          const run = runs[at]
          const merged = run?.apply(current)
          const next = merged ?? applyLink(links[at]!, current)
          if (next === null) return null
          current = next
          at += merged ? run!.count : 1
        }
        return current
      } catch (error) {
        throw recordError(error)
      } finally {
        if (passage) {
          passage.at = at
          passage.record = current
        }
      }
    },
    applyRows: <O>(rows: RowBatch<O>) => {
      if (!takesRows) return undefined
      let current: RowBatch<O> | undefined = rows
      for (const { transform } of links) current = current && transform.applyRows!(current)
      return current
    },
    close: () => opening.close(),
  }
}

function applyLink({ applies, transform }: Link, record: RecordData): RecordData | null {
  return applies?.(record) === false ? record : transform.apply(record)
}

/** A transform works on one record at a time: whatever it throws is that record's fault, unless it asks for another try. */
function recordError(error: unknown): unknown {
  if (kindOf(error) !== 'fatal') return error
  // the name says something where it is that of a bug, such as TypeError
  return new RecordError(String(error).replace(/^Error: /, ''), { cause: error })
}

/** Undefined in place of one that can't be opened, about which there is an issue. */
function openLinks(options: ChainOptions, opening: Opening): readonly (Link | undefined)[] {
  const predicates = new Map(options.predicateNames.map((name) => [name, openPredicate(opening, name)]))
  return options.names.map((name) => openLink(opening, { name, predicates }))
}

function openLink(
  opening: Opening,
  how: { readonly name: string; readonly predicates: ReadonlyMap<string, Opened<Predicate> | undefined> },
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
  const type = own.get('type')?.trim() ?? ''
  const opened = opening.open({ kind: 'transform', start, own }) as Opened<Transform> | undefined
  if (!opened) return undefined
  const { plugin: transform, touches, changes } = opened
  const predicate = predicateName === undefined ? undefined : how.predicates.get(predicateName)
  const wanted = negate !== 'true'
  const applies = predicate && ((record: RecordData): boolean => predicate.plugin.test(record) === wanted)
  return { name: how.name, type, transform, touches, changes, applies, asks: predicate?.touches ?? [] }
}

function openPredicate(opening: Opening, name: string): Opened<Predicate> | undefined {
  const start = `predicates.${name}.`
  return opening.open({ kind: 'predicate', start, own: under(opening.settings, start) }) as
    | Opened<Predicate>
    | undefined
}

function take(settings: Map<string, string>, key: string): string | undefined {
  const value = settings.get(key)
  settings.delete(key)
  return value
}
