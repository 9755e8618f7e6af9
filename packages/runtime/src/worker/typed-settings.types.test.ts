import { defineSource, durationMs, int, list, long, oneOf, pairs, prefix, secret } from '@sluice/template'
import { type ConfigInput, settingsFromTyped, type TypedSettings } from './typed-settings.ts'

const fields = {
  tables: list({ doc: 'Tables.' }),
  mode: oneOf(['bulk', 'incrementing'], { doc: 'Mode.', default: 'bulk' }),
  pollIntervalMs: durationMs({ doc: 'Interval.', default: 5000 }),
  batchSize: int({ doc: 'Batch.', optional: true }),
  upTo: long({ doc: 'Bound.', optional: true }),
  aliases: pairs({ doc: 'Aliases.', optional: true }),
  connectionPassword: secret({ doc: 'Password.', optional: true }),
  driver: prefix('driver.', { doc: 'Driver settings.' }),
}
const source = defineSource({
  name: 'typed',
  version: '1',
  doc: 'For tests.',
  config: fields,
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})

describe('settings that a program writes', () => {
  it('become the keys and texts of files', () => {
    const settings: TypedSettings<typeof fields> = {
      tables: ['a', 'b'],
      mode: 'incrementing',
      pollIntervalMs: 100,
      upTo: 9_007_199_254_740_993n,
      aliases: new Map([['a', 'b']]),
      driver: { ssl: 'true' },
      tasksMax: 2,
      errorsTolerance: 'all',
      'producer.override.linger.ms': 5,
    }
    expect(Object.fromEntries(settingsFromTyped(source.config, settings))).toEqual({
      tables: 'a,b',
      mode: 'incrementing',
      'poll.interval.ms': '100',
      'up.to': '9007199254740993',
      aliases: 'a:b',
      'driver.ssl': 'true',
      'tasks.max': '2',
      'errors.tolerance': 'all',
      'producer.override.linger.ms': '5',
    })
  })

  it('are held to the types of their definition', () => {
    // @ts-expect-error a list is no text
    const tables: ConfigInput<typeof fields> = { tables: 'a' }
    // @ts-expect-error not one of the words
    const mode: ConfigInput<typeof fields> = { mode: 'sometimes' }
    // @ts-expect-error no such setting
    const name: TypedSettings<typeof fields> = { table: ['a'] }
    // @ts-expect-error a number
    const max: TypedSettings<typeof fields> = { tasksMax: '2' }
    expect([tables, mode, name, max]).toHaveLength(4)
  })
})
