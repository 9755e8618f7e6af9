import type { Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import { openLetterJson } from '../errors/source-letter.ts'
import type { Admin, KafkaReach, TopicReader } from '../kafka/types.ts'
import { dryRun } from './dry-run.ts'
import { findLetterTopics, type LetterTopic } from './find-topics.ts'
import type { DeadLetter } from './letter.ts'
import type { LetterFilter } from './letter-filter.ts'
import { newerRecords } from './newer-records.ts'
import { type LetterClients, openLetterClients } from './open-clients.ts'
import { boundsOf, firstLetters, lastLetters, newLetters } from './read-letters.ts'
import { type LetterFate, replayLetters, type ReplayResult } from './replay.ts'
import { type PathOf, restore, type Restored } from './restore.ts'
import { Targets } from './targets.ts'

export interface ReplayRequest {
  readonly topic: string
  readonly groupId: string
  readonly filter: LetterFilter
  readonly limit: number
  /** In place of the original topic. */
  readonly to?: string | undefined
  readonly byKey: boolean
  /** Refuses letters whose key has a newer record in their topic. */
  readonly unlessNewer: boolean
  readonly dryRun: boolean
  readonly pathOf: PathOf
  readonly onLetter: (fate: LetterFate) => void
  readonly signal: AbortSignal
}

/** Looks after the dead letters of one cluster. */
export class LetterDesk {
  readonly #clients: LetterClients
  readonly #log: Logger
  readonly #admin: Admin
  readonly #reader: TopicReader

  /** By a worker's settings, or those of any Kafka client. Nothing is connected before it is asked. */
  constructor(
    settings: Settings,
    log: Logger,
    how: { readonly reach?: KafkaReach; readonly clients?: LetterClients } = {},
  ) {
    const clients = how.clients ?? openLetterClients(settings, log, how.reach)
    this.#clients = clients
    this.#log = log
    this.#admin = clients.admin()
    this.#reader = clients.reader()
  }

  /** The group that keeps what of a topic was sent again, unless another one is named. */
  static groupOf(topic: string): string {
    return `sluice-dlq-${topic}`
  }

  topics(
    how: Pick<Parameters<typeof findLetterTopics>[0], 'named' | 'all'>,
  ): Promise<readonly LetterTopic[]> {
    return findLetterTopics({ ...how, admin: this.#admin, reader: this.#reader, groupOf: LetterDesk.groupOf })
  }

  /** Letters of a topic: the first ones from `filter.from` on where that is given, otherwise the last ones; then those to come. */
  async *letters(how: {
    readonly topic: string
    readonly filter: LetterFilter
    readonly limit: number
    readonly follow: { readonly pause: () => Promise<void>; readonly signal: AbortSignal } | undefined
  }): AsyncGenerator<DeadLetter> {
    const { topic, filter, limit, follow } = how
    const options = { admin: this.#admin, reader: this.#reader, topic, filter }
    const bounds = await boundsOf(options)
    if (filter.from === undefined) yield* await lastLetters(options, { bounds, limit })
    else yield* firstLetters(options, { bounds, limit })
    if (follow) yield* newLetters(options, { bounds, ...follow })
  }

  /** Sends letters again. Rejects with what ended it early; what was sent by then is remembered. */
  async replay(request: ReplayRequest): Promise<ReplayResult> {
    const restoring = this.#restoring(request)
    const newer = request.unlessNewer ? await this.#newerThan(request, restoring) : undefined
    const restoreUnlessNewer = async (letter: DeadLetter): Promise<Restored> => {
      const place = newer?.(letter)
      return place === undefined ? restoring(letter) : { refused: `its key has a newer record, ${place}` }
    }
    return request.dryRun
      ? dryRun({ ...request, restore: restoreUnlessNewer, admin: this.#admin, reader: this.#reader })
      : replayLetters({ ...request, restore: restoreUnlessNewer, clients: this.#clients })
  }

  async close(): Promise<void> {
    await Promise.all([this.#admin.close(), this.#reader.close()])
  }

  #restoring({ to, byKey, pathOf }: ReplayRequest): (letter: DeadLetter) => Promise<Restored> {
    const json = openLetterJson(this.#log)
    const targets = new Targets({ admin: this.#admin, bootstrapServers: this.#clients.bootstrapServers })
    return async (letter) => {
      const restored = await restore(letter, { to, byKey, json, pathOf })
      const refused = 'record' in restored ? await targets.refusal(restored.record) : undefined
      return refused === undefined ? restored : { refused }
    }
  }

  async #newerThan(
    request: ReplayRequest,
    restoring: (letter: DeadLetter) => Promise<Restored>,
  ): ReturnType<typeof newerRecords> {
    const letters: Pick<DeadLetter, 'key' | 'origin'>[] = []
    const onLetter = ({ letter: { key, origin } }: LetterFate): void => void letters.push({ key, origin })
    const all = { ...request, restore: restoring, onLetter, limit: Infinity }
    await dryRun({ ...all, admin: this.#admin, reader: this.#reader })
    return newerRecords(letters, { admin: this.#admin, reader: this.#reader })
  }
}
