import { defineSink, oneOf } from '@sluice/template'
import { misbehave, places, ways } from './misbehave.ts'

/** A sink whose put (or open) hangs, throws or spins. */
export const badSink = defineSink({
  name: 'bad-sink',
  version: '1.0.0',
  doc: 'Misbehaves as told.',
  config: {
    place: oneOf(places, { doc: 'The call that misbehaves.', default: 'put' }),
    way: oneOf(ways, { doc: 'How it does.', default: 'none' }),
  },
  open: async ({ config }) => {
    if (config.place === 'open') await misbehave(config.way)
    return {
      put: async () => {
        if (config.place === 'put') await misbehave(config.way)
      },
    }
  },
})
