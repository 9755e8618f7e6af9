import type { OffsetStore } from '../offsets/offset-store.ts'
import { KafkaOffsetStore } from '../offsets/kafka-offset-store.ts'
import { layeredOffsets } from '../offsets/layered-offsets.ts'
import { offsetsTopic } from '../offsets/offsets-topic.ts'
import type { CleanUp } from '../task/clean-up.ts'
import { consumerDefaults, producerDefaults } from '../task/client-settings.ts'
import { client, type Run } from '../task/run.ts'
import type { SourceParts } from './source-parts.ts'

/** Where the task's offsets are: in the worker's store, and before it in the connector's own topic where `offsets.storage.topic` names one. */
export async function openOwnOffsets(
  run: Run,
  { parts, cleanUp }: { readonly parts: SourceParts; readonly cleanUp: CleanUp },
): Promise<OffsetStore> {
  const { worker, offsets, log } = run.options
  const { settings, admin } = parts
  const topic = settings.offsetsStorageTopic ?? ''
  if (topic === '' || topic === worker.get('offset.storage.topic')?.trim()) return offsets
  const own = await KafkaOffsetStore.open({
    topic: offsetsTopic(topic, worker, 'offsets.storage.topic'),
    admin,
    tail: (listener) =>
      client(
        run,
        {
          role: 'consumer',
          id: 'consumer',
          overrides: settings.consumerOverride,
          // it may have been written in transactions, of which some were aborted
          defaults: { ...consumerDefaults, 'isolation.level': 'read_committed' },
        },
        // a task asks for them when it starts
        (kafka, clientSettings) =>
          kafka.tail({ ...listener, topic, settings: clientSettings, follows: false }),
      ),
    producer: (delivered) =>
      client(
        run,
        {
          role: 'producer',
          id: 'offsets-producer',
          overrides: settings.producerOverride,
          defaults: producerDefaults,
        },
        (kafka, clientSettings) => kafka.producer({ settings: clientSettings, delivered }),
      ),
    log,
  })
  cleanUp.add(() => own.close())
  return layeredOffsets(own, { behind: offsets, log })
}
