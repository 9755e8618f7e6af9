import { defineSource, type Json } from '@sluice/template'
import { FileStreamSourceTask } from './file-stream-source-task.ts'
import { type FilePosition, sourceSettings } from './settings.ts'

/** Lines of a file into a topic, as they are appended: Kafka's FileStreamSource. */
export const fileStreamSource = defineSource({
  name: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  aliases: ['FileStreamSource', 'file-source'],
  version: '0.1.0',
  doc: 'Writes the lines of a file into a topic, as they are appended. For first steps and tests.',
  config: sourceSettings,
  parseOffset,
  // what is appended only is read alike each time
  exactlyOnce: () => 'supported',
  async alterOffsets(_config, offsets) {
    const wrong = offsets.find(
      ({ partition, offset }) => offset !== null && !Object.hasOwn(partition, 'filename'),
    )
    if (wrong) throw new Error("Partition objects should contain the key 'filename'")
  },
  async open(context) {
    const [stored] = await context.offsets([{ filename: context.config.file }])
    return new FileStreamSourceTask(context, stored?.position ?? 0)
  },
})

function parseOffset(raw: Json): FilePosition {
  if (typeof raw !== 'object' || raw === null || !('position' in raw)) {
    throw new Error("Offset objects should either be null or contain the key 'position'")
  }
  const { position } = raw
  if (!isWhole(position)) {
    throw new Error("The value for the 'position' key in the offset is expected to be a Long value")
  }
  if (position < 0) {
    throw new Error("The value for the 'position' key in the offset should be a non-negative value")
  }
  return { position: Number(position) }
}

function isWhole(value: Json | undefined): value is number | bigint {
  return typeof value === 'bigint' || Number.isSafeInteger(value)
}
