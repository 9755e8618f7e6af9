import { RecordError, recordsOf, struct } from '@sluice/template'
import fc from 'fast-check'
import type { Converters } from '../converters/open-converters.ts'
import { stringConverter } from '../converters/string-converter.ts'
import type { TransformChain } from '../transforms/chain.ts'
import { convertPolled } from './convert-polled.ts'
import type { Converted } from './outgoing.ts'
import { RowPath } from './row-path.ts'
import { batch, converters, errors, open, shown, table } from './testing/arbitrary-rows.ts'

const noTransforms: TransformChain = {
  empty: true,
  touches: new Set(),
  transforms: [],
  topicsBehind: (topic) => [topic],
  apply: (record) => record,
  applyRows: () => undefined,
  close: () => {},
}

describe('the fast path of rows', () => {
  it.each(
    ['true', 'false'].flatMap((envelope) =>
      ['BASE64', 'NUMERIC'].flatMap((format) =>
        ['true', 'false'].map((replace) => [envelope, format, replace]),
      ),
    ),
  )(
    'gives the bytes and outcomes of the ordinary one: envelope %s, decimals %s, defaults %s',
    async (envelope, format, replace) => {
      const opened = converters({
        'schemas.enable': envelope,
        'decimal.format': format,
        'replace.null.with.default': replace,
      })
      const path = new RowPath(noTransforms, opened)
      let fast = 0
      await fc.assert(
        fc.asyncProperty(table, async (one) => {
          const rows = batch(one)
          const quick = path.convert(rows).converted
          if (!quick) return
          fast++
          const options = { chain: noTransforms, converters: opened, errors: errors('all') }
          const ordinary = await convertPolled(options, recordsOf(rows))
          expect(shown(quick)).toEqual(shown(ordinary as readonly (Converted | null)[]))
        }),
        { numRuns: 150 },
      )
      expect(fast).toBeGreaterThan(50)
    },
  )

  it('is left where a row has a null that its schema does not allow, so that the ordinary way finds it', () => {
    const schema = struct({ id: { type: 'int32' } })
    const rows = batch({ schema, rows: [['1'], [null]], keys: 0 })
    expect(new RowPath(noTransforms, converters({})).convert(rows).converted).toBeUndefined()
  })

  it('is not taken where a transform looks at values, or a converter has no way', () => {
    const rows = batch({ schema: struct({ id: { type: 'int32' } }), rows: [['1']], keys: 1 })
    const looking: TransformChain = { ...noTransforms, empty: false, touches: new Set(['value']) }
    expect(new RowPath(looking, converters({})).convert(rows).converted).toBeUndefined()
    const textKeys = converters({}, open(stringConverter as never, 'key'))
    expect(new RowPath(noTransforms, textKeys).convert(rows).converted).toBeUndefined()
  })

  it('tells a converter the topic that the rows go to, and is left where that has no way now', () => {
    const topics: (string | undefined)[] = []
    const opened = converters({})
    const asking: Converters = {
      ...opened,
      value: {
        ...opened.value,
        rowEncoder:
          () =>
          (_rows, { topic }) =>
            void topics.push(topic),
      },
    }
    const rows = batch({ schema: struct({ id: { type: 'int32' } }), rows: [['5'], ['6']], keys: 0 })
    const routing = (to: (timestamp: number) => string): TransformChain => ({
      ...noTransforms,
      empty: false,
      touches: new Set(['topic']),
      apply: (record) => ({ ...record, topic: to(record.timestamp!) }),
    })
    expect(new RowPath(noTransforms, asking).convert(rows).converted).toBeUndefined()
    expect(
      new RowPath(
        routing(() => 'x'),
        asking,
      ).convert(rows).converted,
    ).toBeUndefined()
    expect(new RowPath(routing(String), asking).convert(rows).converted).toBeUndefined()
    expect(topics).toEqual(['t', 'x', undefined])
  })

  it('lets transforms that look at neither key nor value change the rest', () => {
    const routing: TransformChain = {
      ...noTransforms,
      empty: false,
      touches: new Set(['topic', 'timestamp']),
      apply: (record) => (record.timestamp === 1 ? null : { ...record, topic: `${record.topic}-x` }),
    }
    const rows = batch({ schema: struct({ id: { type: 'int32' } }), rows: [['5'], ['6'], ['7']], keys: 0 })
    const moved = new RowPath(routing, converters({ 'schemas.enable': 'false' })).convert(rows).converted
    expect(moved?.map((one) => one && [one.topic, String(Buffer.from(one.value!))])).toEqual([
      ['t-x', '{"id":5}'],
      null,
      ['t-x', '{"id":7}'],
    ])
  })

  describe('is left after the transforms', () => {
    const schema = struct({ id: { type: 'int32' } })
    const rows = batch({ schema, rows: [['5'], [null], ['7'], ['8']], keys: 0 })
    const noWay = converters({ 'schemas.enable': 'false' })

    /** Counts what it is given; drops the row 2 and refuses the row 3. */
    function counting(): { chain: TransformChain; seen: (number | undefined)[] } {
      const seen: (number | undefined)[] = []
      const apply: TransformChain['apply'] = (record, passage) => {
        if (passage?.at === 1) return passage.record!
        seen.push(record.timestamp)
        if (record.timestamp === 2) return null
        if (record.timestamp === 3) throw new RecordError('Not this one.')
        const made = { ...record, topic: `${record.topic}-${seen.length}` }
        if (passage) Object.assign(passage, { at: 1, record: made })
        return made
      }
      const transforms = [{ name: 'count', type: 'Count', changes: ['topic'] as const }]
      return {
        seen,
        chain: { ...noTransforms, empty: false, touches: new Set(['topic']), transforms, apply },
      }
    }

    it('and each of them has seen each row once, and keeps what it made of it', async () => {
      const { chain, seen } = counting()
      const { converted, begun } = new RowPath(chain, noWay).convert(rows)
      expect(converted).toBeUndefined()
      const options = { chain, converters: noWay, errors: errors('all') }
      const outcomes = await convertPolled(options, recordsOf(rows), begun)
      expect(seen).toEqual([0, 1, 2, 3])
      expect(outcomes[0]).toMatchObject({ topic: 't-1', value: Buffer.from('{"id":5}') })
      expect(outcomes[1]).toMatchObject({ failure: { stage: 'VALUE_CONVERTER' } })
      expect(outcomes[2]).toBeNull()
      expect(outcomes[3]).toMatchObject({
        failure: {
          stage: 'TRANSFORMATION',
          by: 'Count',
          transform: 'count',
          error: new RecordError('Not this one.'),
        },
        record: { value: { id: 8 } },
      })
    })
  })

  it('leaves whatever an encoder throws to the ordinary way, which sets the row aside', async () => {
    const opened = converters({})
    const rowEncoder = () => () => {
      throw new TypeError('A bug.')
    }
    const path = new RowPath(noTransforms, { ...opened, value: { ...opened.value, rowEncoder } })
    const rows = batch({ schema: struct({ id: { type: 'int32' } }), rows: [['5']], keys: 0 })
    expect(path.convert(rows).converted).toBeUndefined()
  })
})
