import { defineSink, defineSource, wait } from '@sluice/template'

/** A sink that is content with everything, but doesn't let its offsets be set to 3. */
export const contentSink = defineSink({
  name: 'content',
  version: '1.0.0',
  doc: 'For tests.',
  config: {},
  alterOffsets: async (_config, offsets) => {
    if (offsets.some(({ offset }) => offset === 3n)) throw new Error('Not to 3.')
  },
  open: async () => ({ put: async () => {} }),
})

/** A source that reads nothing, and whose offsets have a position; 13 makes it hang. */
export const idleSource = defineSource({
  name: 'idle',
  version: '1.0.0',
  doc: 'For tests.',
  config: {},
  parseOffset: (raw) => {
    const { position } = raw as { position?: number }
    if (typeof position !== 'number') throw new Error('There is no position.')
    const until = position === 13 ? Infinity : 0
    while (performance.now() < until);
    return { position }
  },
  open: async () => ({
    poll: async ({ signal }) => {
      await wait(1000, signal).catch(() => {})
      return []
    },
  }),
})
