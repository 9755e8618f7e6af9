import { type AppliedTransform, ConfigurationError, type TopicRoute } from '@sluice/template'

/**
 * What would be lost where two topics have documents of one id in one place: `updates`, for their versions are offsets, which order the
 * records of one topic only; `records`, for a data stream keeps the first record of an id.
 */
export type Loss = 'updates' | 'records'

/** Where documents of a topic go, and what another topic's there would cost. */
export interface Place {
  readonly resource: string
  /** Absent: nothing. */
  readonly loss: Loss | undefined
}

type PlaceOf = (topic: string) => Place

/** The topic that each place has its documents from. Throws a ConfigurationError where it would be two, and something would be lost. */
export class Origins {
  readonly #origins = new Map<string, string>()

  add(origin: string, { resource, loss }: Place): void {
    if (loss === undefined) return
    const other = this.#origins.get(resource)
    if (other === undefined) this.#origins.set(resource, origin)
    else if (other !== origin) throw new ConfigurationError(sharedText({ origin, other, resource, loss }))
  }
}

export interface ReadTopics {
  readonly routes: readonly TopicRoute[]
  readonly transforms: readonly AppliedTransform[]
}

/** Throws a ConfigurationError where topics that are read may meet in one place, before any of their records does. */
export function refuseSharedPlaces({ routes, transforms }: ReadTopics, placeOf: PlaceOf): void {
  const origins = new Origins()
  for (const { topic, becomes = [] } of routes) {
    for (const name of becomes) origins.add(topic, placeOf(name))
  }
  const open = routes.find(({ becomes }) => becomes === undefined)
  const other = routes.find((route) => route !== open)
  // Of a name that isn't known only what the settings say of all topics is.
  const { loss } = placeOf('')
  if (open === undefined || other === undefined || loss === undefined) return
  const router = transforms.findLast(({ changes }) => changes.includes('topic'))
  throw new ConfigurationError(routedText({ router, topics: [open.topic, other.topic], loss }))
}

/** Throws a ConfigurationError where a transform may change keys, and with them the partition that a document's versions come from. */
export function refuseChangedKeys(transforms: readonly AppliedTransform[]): void {
  const found = transforms.find(({ changes }) => changes.includes('key'))
  if (found === undefined) return
  throw new ConfigurationError(
    `The transform ${found.name} (${found.type}) changes keys, so documents have other ids than the keys by which their topic is partitioned. ` +
      'Their versions are offsets, which order the records of one partition only: an update could be dropped as old. ' +
      `${withoutOffsets}, or make the keys where the topic is written.`,
  )
}

const withoutOffsets =
  'Set external.version.header to a header that has a version, or external.version=none to write records in the order they come'

/** Why, and what to set instead; without a full stop. */
export const lossText: Readonly<Record<Loss, string>> = {
  updates: `Their versions are offsets, which order the records of one topic only: an update could be dropped as old. ${withoutOffsets}`,
  records:
    'A data stream keeps the first record of an id, so one topic’s records could be taken for the other’s and dropped. Set key.ignore=true to keep all',
}

function sharedText(at: {
  readonly origin: string
  readonly other: string
  readonly resource: string
  readonly loss: Loss
}): string {
  // the order in which they are met is chance
  const [first, second] = [at.other, at.origin].toSorted()
  return (
    `Records of the topics ${first} and ${second} are both written to ${at.resource}, with their keys as ids. ${lossText[at.loss]}, ` +
    'or give each topic a place of its own.'
  )
}

function routedText(at: {
  readonly router: AppliedTransform | undefined
  readonly topics: readonly [string, string]
  readonly loss: Loss
}): string {
  const router =
    at.router === undefined ? 'A transform' : `The transform ${at.router.name} (${at.router.type})`
  return (
    `${router} names the topic of a record by what is in it, so records of ${at.topics.join(' and ')} may be written to one place, with ` +
    `their keys as ids. ${lossText[at.loss]}, or read each topic by a connector of its own.`
  )
}
