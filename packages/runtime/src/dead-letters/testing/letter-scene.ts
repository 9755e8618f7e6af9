import { contextHeaders } from '../../errors/context-headers.ts'
import type { Stage } from '../../errors/stages.ts'
import { openLetterJson, sourceLetter } from '../../errors/source-letter.ts'
import type { FetchedRecord, RecordHeader } from '../../kafka/types.ts'
import { FakeKafka } from '../../task/testing/fake-kafka.ts'
import { silentLogger } from '../../telemetry/logger.ts'
import { LetterDesk, type ReplayRequest } from '../letter-desk.ts'
import type { LetterClients } from '../open-clients.ts'
import type { LetterFate, ReplayResult } from '../replay.ts'

export interface LetterOptions {
  readonly stage?: Stage
  readonly error?: unknown
  readonly connector?: string
  readonly topic?: string
  readonly offset?: bigint
  readonly key?: string | null
  readonly headers?: readonly RecordHeader[]
  readonly atMs?: number
}

/** A cluster in memory with the topic `dead`, and who looks after it. */
export class LetterScene {
  readonly kafka = new FakeKafka()
  readonly fates: LetterFate[] = []
  readonly #clients: LetterClients = {
    bootstrapServers: 'fake:1',
    admin: () => this.kafka.admin(),
    reader: () => this.kafka.reader(),
    consumer: (options) => this.kafka.consumer({ ...options, settings: {} }),
    producer: (delivered) => this.kafka.producer({ settings: {}, delivered }),
  }
  readonly desk = new LetterDesk(new Map(), silentLogger, { clients: this.#clients })

  constructor() {
    this.kafka.topics.set('orders', [])
  }

  /** A sink's dead letter. */
  letter(value: string, how: LetterOptions = {}): void {
    const { stage = 'VALUE_CONVERTER', error = new Error('Bad.'), connector = 'to-index', atMs = 0 } = how
    const place = { topic: how.topic ?? 'orders', partition: 0, offset: how.offset ?? 0n }
    const why = contextHeaders({
      task: { connector, index: 0 },
      place,
      failure: { stage, error, by: 'JsonConverter' },
      atMs,
    })
    const key = how.key === undefined || how.key === null ? null : Buffer.from(how.key)
    this.kafka.add('dead', [value], { key, headers: [...(how.headers ?? []), ...why] })
  }

  sourceLetter(n: number, how: { value?: unknown } = {}): void {
    const record = {
      origin: { partition: { table: 'x' }, offset: { id: n } },
      topic: 'orders',
      key: n,
      keySchema: { type: 'int32' },
      value: how.value ?? { n },
      valueSchema: { type: 'struct', fields: [{ name: 'n', schema: { type: 'int32' } }] },
      headers: [{ key: 'h', value: 'x', schema: { type: 'string' } }],
    } as const
    const { value, ...rest } = sourceLetter(openLetterJson(silentLogger), record)
    this.kafka.add('dead', [String(value)], rest as Partial<FetchedRecord>)
  }

  replay(how: Partial<ReplayRequest> = {}): Promise<ReplayResult> {
    return this.desk.replay({
      topic: 'dead',
      groupId: 'g',
      filter: {},
      limit: Infinity,
      byKey: false,
      unlessNewer: false,
      dryRun: false,
      pathOf: async () => undefined,
      onLetter: (fate) => this.fates.push(fate),
      signal: new AbortController().signal,
      ...how,
    })
  }

  /** In short: what became of each letter that was meant, by its offset. */
  shownFates(): readonly string[] {
    return this.fates.map((fate) => {
      const { offset } = fate.letter
      if ('sentTo' in fate) return `${offset} sent to ${fate.sentTo}`
      return 'dropped' in fate ? `${offset} dropped` : `${offset} refused: ${fate.refused}`
    })
  }
}
