import { defineSink, type SinkTask } from '@sluice/template'
import { javaText } from './java-text.ts'
import { appendTo, standardOutput } from './line-output.ts'
import { type FileStreamSinkConfig, sinkSettings } from './settings.ts'

/** Topics into lines of a file: Kafka's FileStreamSink. What was written and not committed before a crash is appended again. */
export const fileStreamSink = defineSink({
  name: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
  aliases: ['FileStreamSink', 'file-sink'],
  version: '0.1.0',
  doc: 'Appends the values of records to a file, a line each. For first steps and tests.',
  config: sinkSettings,
  // there is nothing beside the group's offsets to adjust
  alterOffsets: async () => {},
  open: ({ config }) => open(config),
})

async function open({ file }: FileStreamSinkConfig): Promise<SinkTask> {
  const output = file === undefined ? standardOutput() : await appendTo(file)
  return {
    async put(records) {
      let lines = ''
      for (const { value, valueSchema } of records) lines += `${javaText(value, valueSchema)}\n`
      // at once, so that lines of several tasks don't mix
      await output.write(lines)
    },
    flush: () => output.sync(),
    close: () => output.close(),
  }
}
