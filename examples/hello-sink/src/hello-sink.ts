import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineSink, RecordError, string, stringifyJson } from '@sluice/template'

/** Writes each record to a file of its own, named by where it comes from: the same record twice is still one file. */
export const helloSink = defineSink({
  name: 'hello-sink',
  version: '0.1.0',
  doc: 'Writes each record to a file of its own.',
  config: {
    dir: string({ doc: 'Names the folder to write to. It is made if it is missing.' }),
  },
  async open({ config, reject }) {
    await mkdir(config.dir, { recursive: true })
    return {
      async put(records) {
        for (const record of records) {
          const { topic, partition, offset } = record.origin
          if (record.value === null) {
            await reject(
              record,
              new RecordError(`The record at ${topic}-${partition}@${offset} has no value to write.`),
            )
            continue
          }
          await writeFile(
            join(config.dir, `${topic}-${partition}-${offset}.json`),
            stringifyJson(record.value),
          )
        }
      },
    }
  },
})
