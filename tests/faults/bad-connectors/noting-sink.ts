import { appendFile } from 'node:fs/promises'
import { defineSink, string } from '@sluice/template'

/** Notes in a file which records have come, and when: `partition:offset milliseconds key`, a line each. */
export const notingSink = defineSink({
  name: 'noting-sink',
  version: '1.0.0',
  doc: 'Notes which records have come.',
  config: { file: string({ doc: 'Takes the notes of all tasks.' }) },
  open: async ({ config }) => ({
    put: async (records) => {
      const at = Date.now()
      const lines = Array.from(
        records,
        ({ origin, key }) => `${origin.partition}:${origin.offset} ${at} ${String(key)}\n`,
      )
      await appendFile(config.file, lines.join(''))
    },
  }),
})
