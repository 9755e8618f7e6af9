import {
  type AppliedTransform,
  type ConfigFields,
  definitionKind,
  type Issue,
  type Logger,
  parseConfig,
  type Predicate,
  type RecordData,
  type RecordPart,
  type Transform,
} from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'
import type { PluginLookup } from '../task/task.ts'
import { type RoutingLink, topicsBehind } from './topics-behind.ts'

/** The transforms of one task, in order. */
export interface TransformChain {
  readonly empty: boolean
  /** What any of them, or of their predicates, looks at or changes. */
  readonly touches: ReadonlySet<RecordPart>
  readonly transforms: readonly AppliedTransform[]
  /** The topics that records of a topic may name at the end; undefined: what is in a record decides. */
  topicsBehind(topic: string): readonly string[] | undefined
  /** The record to go on with; null: it was dropped. Throws what a transform throws. */
  apply(record: RecordData): RecordData | null
  /** The name of the transform that threw last, for messages. */
  readonly failedIn: string
  close(): void
}

interface Link extends AppliedTransform, RoutingLink {}

export interface ChainOptions {
  readonly names: readonly string[]
  readonly predicateNames: readonly string[]
  readonly settings: ReadonlyMap<string, string>
  readonly plugins: PluginLookup
  readonly log: Logger
}

/** Opens the transforms that `transforms.*` and `predicates.*` describe. Throws a ConfigError with everything that is wrong. */
export function openChain(options: ChainOptions): TransformChain {
  const opening: Opening = { ...options, issues: [], touches: new Set(), closers: [] }
  const predicates = new Map(options.predicateNames.map((name) => [name, openPredicate(opening, name)]))
  const links = options.names.map((name) => openLink(opening, { name, predicates }))
  if (opening.issues.length > 0) {
    close(opening.closers)
    throw new ConfigError(opening.issues)
  }
  return chain(links as readonly Link[], opening)
}

function chain(links: readonly Link[], opening: Opening): TransformChain {
  let failedIn = ''
  return {
    empty: links.length === 0,
    touches: opening.touches,
    transforms: links.map(({ name, type, changes }) => ({ name, type, changes })),
    topicsBehind: (topic) => topicsBehind(links, topic),
    apply(record) {
      let current = record
      for (const link of links) {
        failedIn = link.name
        if (link.applies?.(current) === false) continue
        const next = link.transform.apply(current)
        if (next === null) return null
        current = next
      }
      return current
    },
    get failedIn() {
      return failedIn
    },
    close: () => close(opening.closers),
  }
}

interface Opening extends ChainOptions {
  readonly issues: Issue[]
  readonly touches: Set<RecordPart>
  readonly closers: (() => void)[]
}

function openLink(
  opening: Opening,
  how: { name: string; predicates: ReadonlyMap<string, Opened<Predicate> | undefined> },
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
  const type = own.get('type') ?? ''
  const opened = openPlugin(opening, { kind: 'transform', start, own }) as Opened<Transform> | undefined
  if (!opened) return undefined
  const { plugin: transform, touches, changes } = opened
  const predicate = predicateName === undefined ? undefined : how.predicates.get(predicateName)
  const wanted = negate !== 'true'
  const applies = predicate && ((record: RecordData): boolean => predicate.plugin.test(record) === wanted)
  return { name: how.name, type, transform, touches, changes, applies, asks: predicate?.touches ?? [] }
}

function openPredicate(opening: Opening, name: string): Opened<Predicate> | undefined {
  const start = `predicates.${name}.`
  const own = under(opening.settings, start)
  return openPlugin(opening, { kind: 'predicate', start, own }) as Opened<Predicate> | undefined
}

interface Openable {
  readonly config: ConfigFields
  touches(config: never): readonly RecordPart[]
  changes?(config: never): readonly RecordPart[]
  open(context: { config: never; log: Logger }): Transform | Predicate
}

interface Opened<P> {
  readonly plugin: P
  readonly touches: readonly RecordPart[]
  readonly changes: readonly RecordPart[]
}

function openPlugin(
  opening: Opening,
  how: { kind: 'transform' | 'predicate'; start: string; own: Map<string, string> },
): Opened<Transform | Predicate> | undefined {
  const { kind, start, own } = how
  const type = take(own, 'type')
  if (type === undefined) {
    opening.issues.push({ field: `${start}type`, message: 'is required and has no default' })
    return undefined
  }
  const definition = findPlugin(opening, { kind, type, field: `${start}type` }) as Openable | undefined
  if (!definition) return undefined
  const { config, issues } = parseConfig(definition.config, own)
  opening.issues.push(...issues.map((issue) => ({ ...issue, field: start + issue.field })))
  if (!config) return undefined
  try {
    const touches = definition.touches(config as never)
    const changes = definition.changes?.(config as never) ?? touches
    for (const part of touches) opening.touches.add(part)
    const plugin = definition.open({ config: config as never, log: opening.log })
    opening.closers.push(() => plugin.close?.())
    return { plugin, touches, changes }
  } catch (error) {
    opening.issues.push({ field: `${start}type`, message: `cannot be opened: ${messageOf(error)}` })
    return undefined
  }
}

function findPlugin(
  opening: Opening,
  how: { kind: 'transform' | 'predicate'; type: string; field: string },
): unknown {
  try {
    const found = opening.plugins.find(how.kind, how.type)
    if (definitionKind(found) === how.kind) return found
    opening.issues.push({ field: how.field, message: `names "${how.type}", which is not a ${how.kind}` })
  } catch (error) {
    opening.issues.push({ field: how.field, message: `names "${how.type}": ${messageOf(error)}` })
  }
  return undefined
}

function close(closers: readonly (() => void)[]): void {
  for (const each of closers) each()
}

function under(settings: ReadonlyMap<string, string>, start: string): Map<string, string> {
  const entries = [...settings].filter(([key]) => key.startsWith(start))
  return new Map(entries.map(([key, value]) => [key.slice(start.length), value]))
}

function take(settings: Map<string, string>, key: string): string | undefined {
  const value = settings.get(key)
  settings.delete(key)
  return value
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
