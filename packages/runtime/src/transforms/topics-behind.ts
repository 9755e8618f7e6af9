import type { RecordData, RecordPart, Transform } from '@sluice/template'

/** What routing asks of a transform in a chain. */
export interface RoutingLink {
  readonly transform: Transform
  readonly touches: readonly RecordPart[]
  readonly changes: readonly RecordPart[]
  /** Its predicate, if it has one, and what that looks at. */
  readonly applies: ((record: RecordData) => boolean) | undefined
  readonly asks: readonly RecordPart[]
}

/** What is known of a record of which only the topic is: every record has a timestamp, and all of them are taken to be of now. */
const known: ReadonlySet<RecordPart> = new Set(['topic', 'timestamp'])

/**
 * The topics that records of a topic may name behind the transforms, found by sending an empty record through those that rename topics.
 * `undefined`: what is in a record decides. No names: none of the records arrive.
 */
export function topicsBehind(links: readonly RoutingLink[], topic: string): readonly string[] | undefined {
  let names = new Set([topic])
  for (const link of links) {
    if (!link.changes.includes('topic')) continue
    if (!link.touches.every((part) => known.has(part))) return undefined
    const next = [...names].map((name) => namesOf(link, name))
    if (next.includes(undefined)) return undefined
    names = new Set(next.flatMap((some) => some ?? []))
  }
  return [...names]
}

function namesOf({ transform, applies, asks }: RoutingLink, topic: string): readonly string[] | undefined {
  const record: RecordData = { topic, value: null, timestamp: Date.now() }
  try {
    const isAsked = applies === undefined || asks.every((part) => known.has(part))
    if (isAsked && applies?.(record) === false) return [topic]
    const renamed = transform.apply(record)?.topic
    const names = renamed === undefined ? [] : [renamed]
    // A predicate on what isn't known may go either way.
    return isAsked ? names : [topic, ...names]
  } catch {
    return undefined
  }
}
