import { defineSource, oneOf, string, wait } from '@sluice/template'
import { misbehave, type Place, places, ways } from './misbehave.ts'

/** A source of which one call hangs, throws or spins. */
export const badSource = defineSource({
  name: 'bad-source',
  version: '1.0.0',
  doc: 'Misbehaves as told.',
  config: {
    topic: string({ doc: 'Takes what it says while it is well.' }),
    place: oneOf(places, { doc: 'The call that misbehaves.', default: 'poll' }),
    way: oneOf(ways, { doc: 'How it does.', default: 'none' }),
  },
  check: async (config) => {
    await at('check', config)
    return []
  },
  split: async ({ config }) => {
    await at('split', config)
    return [0]
  },
  parseOffset: (raw) => Number(raw),
  open: async ({ config }) => {
    await at('open', config)
    return {
      poll: async ({ signal }) => {
        await at('poll', config)
        await wait(1000, signal)
        return []
      },
    }
  },
})

async function at(place: Place, config: { readonly place: string; readonly way: string }): Promise<void> {
  if (config.place === place) await misbehave(config.way as (typeof ways)[number])
}
