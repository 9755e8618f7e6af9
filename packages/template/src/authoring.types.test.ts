/**
 * What an author must not be able to write. Each `@ts-expect-error` fails the type check where the line compiles.
 */
import { int, oneOf, string } from './config/kinds.ts'
import { definitionKind } from './definition.ts'
import type { SinkTask } from './sink.ts'
import { defineSink } from './sink.ts'
import { defineSource } from './source.ts'
import { defineTransform } from './transform.ts'

const about = { name: 'x', version: '1.0.0', doc: 'Says x.' }
const noPoll = async () => []
const openNothing = async () => ({ poll: noPoll })

describe('a definition', () => {
  it('types the configuration, the slice and the offset from what is declared', () => {
    const source = defineSource({
      ...about,
      config: {
        url: string({ doc: 'Where.' }),
        rows: int({ doc: 'Rows.', optional: true }),
        mode: oneOf(['a', 'b'], { doc: 'How.' }),
      },
      split: ({ config }) => [{ table: config.url }],
      parseOffset: (raw) => ({ id: Number(raw) }),
      async open(context) {
        const table: string = context.slice.table
        const mode: 'a' | 'b' = context.config.mode
        const [stored] = await context.offsets([{ table }])
        const id: number | undefined = stored?.id
        // @ts-expect-error a setting that may be absent is no number
        const rows: number = context.config.rows
        // @ts-expect-error no such setting
        void context.config.tables
        // @ts-expect-error the offset has no such member
        void stored?.lsn
        return {
          poll: async () => [
            { origin: { partition: { table, mode, rows }, offset: { id: id ?? 0 } }, topic: 't', value: 1 },
          ],
        }
      },
    })
    expect(definitionKind(source)).toBe('source')
  })

  it('may say where transactions end, at its own records', () => {
    const source = defineSource({
      ...about,
      config: {},
      parseOffset: (raw) => Number(raw),
      exactlyOnce: () => 'supported',
      transactionBoundaries: () => 'supported',
      async open({ transaction }) {
        const last = { origin: { partition: {}, offset: 1 }, topic: 't', value: 1 }
        // @ts-expect-error it is there only where the operator chose so
        transaction.commit()
        return {
          poll: async () => {
            transaction?.commit(last)
            transaction?.abort()
            // @ts-expect-error a transaction ends at a record, not at an offset
            transaction?.commit(1)
            // @ts-expect-error nor at a record of another source
            transaction?.commit({ origin: { partition: {}, offset: 'x' }, topic: 't', value: 1 })
            return [last]
          },
        }
      },
    })
    expect(source.exactlyOnce?.({})).toBe('supported')
    // @ts-expect-error there are two answers
    defineSource({ ...about, config: {}, parseOffset: Number, exactlyOnce: () => true, open: openNothing })
  })

  it('is whole', () => {
    // @ts-expect-error a source can't do without parseOffset
    defineSource({ ...about, config: {}, open: async () => ({ poll: noPoll }) })
    // @ts-expect-error a sink can't do without open
    defineSink({ ...about, config: {} })
    // @ts-expect-error a setting can't do without a doc
    string({ default: 'x' })
    // @ts-expect-error the default is of the field's type
    int({ doc: 'Rows.', default: '3' })
    expect(true).toBe(true)
  })

  it('gives records an origin, and origins the offset that parseOffset gives', () => {
    defineSource({
      ...about,
      config: {},
      parseOffset: (raw) => Number(raw),
      // @ts-expect-error the offset is a number here
      open: async () => ({
        poll: async () => [{ origin: { partition: { a: 1 }, offset: 'one' }, topic: 't', value: 1 }],
      }),
    })
    defineSource({
      ...about,
      config: {},
      parseOffset: (raw) => Number(raw),
      // @ts-expect-error a record without an origin can't be committed
      open: async () => ({ poll: async () => [{ topic: 't', value: 1 }] }),
    })
    expect(true).toBe(true)
  })

  it('keeps transforms synchronous and origins out of their reach', () => {
    defineTransform({
      ...about,
      config: {},
      touches: () => ['value'],
      // @ts-expect-error a promise per record is too dear
      open: () => ({ apply: async (record) => record }),
    })
    defineTransform({
      ...about,
      config: {},
      touches: () => ['value'],
      // @ts-expect-error a transform doesn't see the origin
      open: () => ({ apply: (record) => ({ ...record, value: record.origin }) }),
    })
    expect(true).toBe(true)
  })

  it('lets a put resolve to nothing', () => {
    // @ts-expect-error put is awaited for its end, not for a count
    const task: SinkTask = { put: async (records) => records.length }
    expect(task).toBeDefined()
  })
})
