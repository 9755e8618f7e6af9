import type { Admin } from '../kafka/types.ts'
import { Redactor } from '../providers/redactor.ts'
import { producerDefaults } from '../task/client-settings.ts'
import { client, type Run } from '../task/run.ts'
import type { SinkSettings, SourceSettings } from '../task/settings.ts'
import { createDeadLetterTopic, largestLetterBytes } from './dead-letter-topic.ts'
import { DeadLetters } from './dead-letters.ts'

/** What `errors.deadletterqueue.*` asks for; undefined where no topic is named. Makes the topic if it isn't there. */
export async function openDeadLetters(
  run: Run,
  { settings, admin }: { readonly settings: SinkSettings | SourceSettings; readonly admin: Admin },
): Promise<DeadLetters | undefined> {
  const { deadLetterTopic: topic, deadLetterReplication: replication } = settings
  if (topic === '') return undefined
  await createDeadLetterTopic(admin, { topic, replication })
  const { connector, index, metrics, secrets = [] } = run.options
  const redactor = new Redactor()
  redactor.add(connector, secrets)
  return new DeadLetters({
    topic,
    contextHeaders: settings.deadLetterHeaders,
    task: { connector, index },
    redact: (text) => redactor.text(text),
    metrics,
    producer: (delivered) =>
      client(
        run,
        {
          role: 'producer',
          id: 'dlq-producer',
          // what a record may take elsewhere is no limit for its dead letter
          overrides: { ...settings.producerOverride, 'max.request.size': String(largestLetterBytes) },
          // a source's dead letter has the schema beside the value
          defaults: { 'compression.type': 'gzip', ...producerDefaults },
        },
        (kafka, all) => kafka.producer({ settings: all, delivered }),
      ),
  })
}
