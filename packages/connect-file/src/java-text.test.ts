import type { RecordSchema } from '@sluice/template'
import { javaText } from './java-text.ts'

const schema: RecordSchema = {
  type: 'struct',
  fields: [
    { name: 'id', schema: { type: 'int64' } },
    { name: 'price', schema: { type: 'float64' } },
    { name: 'note', schema: { type: 'string', optional: true } },
    {
      name: 'tags',
      schema: { type: 'map', keys: { type: 'string' }, values: { type: 'float32' } },
    },
  ],
}

describe("a value as a sink's line", () => {
  it.each<[unknown, RecordSchema | undefined, string]>([
    ['text', undefined, 'text'],
    [null, undefined, 'null'],
    [true, undefined, 'true'],
    [9007199254740993n, undefined, '9007199254740993'],
    [1, { type: 'int32' }, '1'],
    [1, { type: 'float64' }, '1.0'],
    [1e7, { type: 'float64' }, '1.0E7'],
    [1.5e-5, { type: 'float64' }, '1.5E-5'],
    [123456.75, { type: 'float64' }, '123456.75'],
    [Math.fround(1.1), { type: 'float32' }, '1.1'],
    [{ a: 1, b: ['x', { c: null }] }, undefined, '{a=1, b=[x, {c=null}]}'],
    [Buffer.from('bytes'), { type: 'bytes' }, 'bytes'],
    [new Date(0), undefined, '1970-01-01T00:00:00.000Z'],
    [19000, { type: 'int32', name: 'org.apache.kafka.connect.data.Date' }, '2022-01-08'],
    [
      { id: 1n, price: 2, note: null, tags: new Map([['a', 0.5]]) },
      schema,
      'Struct{id=1,price=2.0,tags={a=0.5}}',
    ],
  ])('is what Java prints: %p', (value, of, line) => {
    expect(javaText(value, of)).toBe(line)
  })
})
