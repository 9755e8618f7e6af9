import { defineTransform, type RecordData } from '@sluice/template'
import { builtInConverters } from '../converters/built-in-converters.ts'
import { pluginOf } from '../plugins/registry.ts'
import { createRegistry } from '../plugins/registry.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { ConnectorPath } from './connector-path.ts'
import { LetterScene } from './testing/letter-scene.ts'

const double = defineTransform({
  name: 'Double',
  version: '1',
  doc: 'For tests.',
  config: {},
  touches: () => ['value'],
  open: () => ({
    apply: (record: RecordData) => {
      const { n } = record.value as { n: number }
      if (n === 13) throw new Error('Not that one.')
      return n === 0 ? null : { ...record, value: { n: 2 * n } }
    },
  }),
})

function path(settings: Record<string, string> = {}): ConnectorPath {
  const all = {
    'value.converter': 'JsonConverter',
    'value.converter.schemas.enable': 'false',
    transforms: 'double',
    'transforms.double.type': 'Double',
    ...settings,
  }
  const plugins = createRegistry([...builtInConverters, double].map(pluginOf))
  return new ConnectorPath({
    settings: new Map(Object.entries(all)),
    worker: new Map(),
    plugins,
    log: silentLogger,
  })
}

describe("sending a source's dead letters again", () => {
  let scene: LetterScene
  beforeEach(() => {
    scene = new LetterScene()
  })

  it("goes by its connector's transforms and converters", async () => {
    scene.sourceLetter(4)
    await scene.replay({ pathOf: async () => path() })
    expect(scene.kafka.values('orders')).toEqual(['{"n":8}'])
    const [record] = scene.kafka.topics.get('orders')!
    expect(String(record!.key)).toBe('4')
    expect(record!.headers.map(({ key, value }) => [key, String(value)])).toEqual([
      ['h', 'x'],
      ['__sluice.replayed.from', 'dead-0@0'],
    ])
  })

  it('leaves those that fail again, says why, and counts dropped ones as done', async () => {
    for (const n of [0, 13, 1]) scene.sourceLetter(n)
    await scene.replay({ pathOf: async () => path() })
    expect(scene.shownFates().toSorted()).toEqual([
      '0 dropped',
      '1 refused: it still fails in TRANSFORMATION (double, Double): Not that one.',
      '2 sent to orders',
    ])
    await scene.replay({ pathOf: async () => path({ transforms: '' }) })
    expect(scene.kafka.values('orders')).toEqual(['{"n":2}', '{"n":13}'])
  })

  it('is refused without its connector', async () => {
    scene.sourceLetter(1)
    await scene.replay()
    expect(scene.shownFates()[0]).toContain(
      'give its settings by --config, or a worker that runs it by --rest',
    )
  })

  it('is refused where the letter is not the record itself', async () => {
    scene.sourceLetter(1, { value: { n: 'one' } })
    await scene.replay({ pathOf: async () => path() })
    expect(scene.shownFates()[0]).toBe(
      `0 refused: its value could not be written as their schema says; the source has it at {"table":"x"}, offset {"id":1}: set the connector's offset back to read it again`,
    )
  })

  it('says what is wrong with the settings', () => {
    expect(() => path({ 'value.converter': 'Nothing' })).toThrow('value.converter names "Nothing"')
  })
})
