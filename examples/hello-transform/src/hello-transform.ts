import { defineTransform, RecordError, string } from '@sluice/template'

/** Greets: puts a word before every text. Null passes, so that tombstones stay tombstones. */
export const helloTransform = defineTransform({
  name: 'hello-transform',
  version: '0.1.0',
  doc: 'Puts a greeting before every value that is a text.',
  config: {
    greeting: string({ doc: 'Says which word to put first.', default: 'hello' }),
  },
  touches: () => ['value'],
  open: ({ config }) => ({
    apply(record) {
      if (record.value === null) return record
      if (typeof record.value !== 'string') {
        throw new RecordError(`The value is ${typeof record.value}, and only a text can be greeted.`)
      }
      return { ...record, value: `${config.greeting} ${record.value}` }
    },
  }),
})
