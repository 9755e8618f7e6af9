import { defineSink } from '@sluice/template'

/** Looks at each record and drops it. */
export const loadSink = defineSink({
  name: 'load-sink',
  version: '1.0.0',
  doc: 'Takes load.',
  config: {},
  open: async () => ({
    put: async (records) => {
      let bytes = 0
      for (const { value } of records) bytes += (value as { email: string }).email.length
      if (bytes < 0) throw new Error('There are no negative lengths.')
    },
  }),
})
