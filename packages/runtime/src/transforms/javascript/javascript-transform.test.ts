import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kindOf, optional, type RecordData, struct, timestamp } from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import { builtInPlugins } from '../../plugins/built-in.ts'
import { createRegistry } from '../../plugins/registry.ts'
import { openChain, type TransformChain } from '../chain.ts'

const registry = createRegistry(builtInPlugins)

function open(settings: Record<string, string>, worker: Record<string, string>): TransformChain {
  const own = Object.entries(settings).map(([key, value]) => [`transforms.js.${key}`, value] as const)
  return openChain({
    names: ['js'],
    predicateNames: [],
    settings: new Map([['transforms.js.type', 'javascript'], ...own]),
    worker: new Map(Object.entries(worker)),
    plugins: registry,
    log: memoryLogger(),
  })
}

const allowed = { 'javascript.transform.expressions': 'true' }
const record: RecordData = { topic: 'orders', value: { id: 1, price: 2.5, count: 4 } }
const schema = struct({ id: { type: 'int32' }, price: { type: 'float64' }, count: { type: 'int32' } })

function apply(
  expression: string,
  of: RecordData = record,
  more: Record<string, string> = {},
): RecordData | null {
  return open({ expression, ...more }, allowed).apply(of)
}

function failure(run: () => unknown): { readonly kind: string; readonly message: string } {
  try {
    run()
  } catch (error) {
    return { kind: kindOf(error), message: (error as Error).message }
  }
  throw new Error('Nothing was thrown.')
}

describe('a transform in JavaScript', () => {
  it('is refused unless the operator allows it', () => {
    expect(() => open({ expression: 'true' }, {})).toThrow(
      'transforms.js.expression is not allowed on this worker: javascript.transform.expressions in worker.properties is not true',
    )
    expect(() => open({ path: '/etc/hostname' }, allowed)).toThrow(
      'transforms.js.path names /etc/hostname, which is no file that the worker may run',
    )
  })

  it('is not allowed by what a connector sets', () => {
    expect(() => open({ expression: 'true', 'javascript.transform.expressions': 'true' }, {})).toThrow(
      'is not allowed',
    )
  })

  it.each([
    ['value.count > 3', record],
    ['value.count > 4', null],
    ['record', record],
    ['null', null],
    ['({ topic: topic + "-" + value.id })', { ...record, topic: 'orders-1' }],
    [
      '({ key: value.id, value: { ...value, total: value.price * value.count } })',
      { ...record, key: 1, value: { ...(record.value as object), total: 10 } },
    ],
    [
      '({ headers: [...(headers ?? []), { key: "h", value: "x" }] })',
      { ...record, headers: [{ key: 'h', value: 'x' }] },
    ],
    ['({ ...record, timestamp: 5, partition: null })', { ...record, timestamp: 5, partition: undefined }],
    [
      '(() => { let n = 0; for (const name of Object.keys(value)) n += name.length; return { key: n } })()',
      { ...record, key: 12 },
    ],
  ])('gives %s', (expression, expected) => {
    expect(apply(expression)).toEqual(expected)
  })

  it('makes values of the classes that converters know', () => {
    const made = apply(
      '({ value: { at: new Date(5), bytes: new Uint8Array([1]), map: new Map([[1, 2]]), big: 5n } })',
    )
    expect(made?.value).toEqual({
      at: new Date(5),
      bytes: new Uint8Array([1]),
      map: new Map([[1, 2]]),
      big: 5n,
    })
    expect((made!.value as { at: unknown }).at).toBeInstanceOf(Date)
  })

  it('keeps the schema of a value, with the fields that the settings add', () => {
    const total = '({ value: { ...value, total: value.price * value.count } })'
    const of = { ...record, valueSchema: schema }
    const made = apply(total, of, { 'value.fields': 'total:float64' })
    expect(made?.valueSchema).toEqual({
      ...schema,
      fields: [...schema.fields, { name: 'total', schema: optional({ type: 'float64' }) }],
    })
    expect(failure(() => apply(total, of))).toMatchObject({
      kind: 'record',
      message: expect.stringContaining('the field total, which its schema has not'),
    })
    expect(apply('({ value: 5, valueSchema: { type: "int32" } })', of)).toMatchObject({
      value: 5,
      valueSchema: { type: 'int32' },
    })
    expect(apply('({ value: { x: 1 }, valueSchema: null })', of)?.valueSchema).toBeUndefined()
  })

  it.each([
    ['5', 'gave the number 5'],
    ['undefined', 'gave undefined'],
    ['[1]', 'gave a value of'],
    ['({ then() {} })', 'gave a promise'],
    ['({ tpoic: "x" })', 'has no part tpoic'],
    ['({ topic: "" })', 'The part topic must be a text'],
    ['({ topic: null })', 'The part topic must be a text'],
    ['({ partition: 1.5 })', 'The part partition must be a whole number'],
    ['({ headers: [{}] })', 'The part headers must be a list'],
    ['({ valueSchema: 5 })', 'The part valueSchema must be a schema'],
    ['value.a.b', 'The function failed: TypeError: Cannot read properties of undefined'],
    ['process.exit()', 'The function failed: ReferenceError: process is not defined'],
    ['eval("1")', 'The function failed: EvalError: Code generation from strings disallowed'],
    ['(() => { throw 5 })()', 'The function failed: 5'],
    [
      '(() => { record.topic = "x" })()',
      'The function failed: TypeError: Cannot assign to read only property',
    ],
  ])('refuses a record, not the task: %s', (expression, message) => {
    expect(failure(() => apply(expression))).toMatchObject({
      kind: 'record',
      message: expect.stringContaining(message),
    })
  })

  it.each([
    [{ expression: 'a b' }, 'transforms.js.expression is no JavaScript expression'],
    [{}, 'transforms.js.expression or path is required'],
    [{ expression: 'true', path: 'x' }, 'transforms.js.expression or path is required, and not both'],
    [{ expression: 'true', touches: 'valeu' }, 'transforms.js.touches has valeu'],
    [{ expression: 'true', 'value.fields': 'a:number' }, 'transforms.js.value.fields has the type "number"'],
  ])('is refused with its setting: %j', (settings, message) => {
    expect(() => open(settings as Record<string, string>, allowed)).toThrow(message)
  })

  it('says what it touches', () => {
    expect([...open({ expression: '({ topic: "x" })', touches: 'topic' }, allowed).touches]).toEqual([
      'topic',
    ])
    expect(open({ expression: 'true' }, allowed).touches.has('value')).toBe(true)
  })

  it('passes dates and their schema on as they are', () => {
    const of = { topic: 't', value: { at: new Date(5) }, valueSchema: struct({ at: timestamp() }) }
    expect(apply('true', of)).toEqual(of)
  })
})

describe('a transform in a module', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-js-'))
    writeFileSync(join(folder, 'double.cjs'), 'module.exports = ({ value }) => ({ value: value * 2 })')
    writeFileSync(join(folder, 'triple.mjs'), 'export default ({ value }) => ({ value: value * 3 })')
    writeFileSync(join(folder, 'nothing.cjs'), 'module.exports = { x: 1 }')
    writeFileSync(join(folder, 'broken.cjs'), 'throw new Error("no")')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const load = (name: string, paths: string): TransformChain =>
    open({ path: join(folder, name) }, { 'javascript.transform.paths': paths })

  it.each([
    ['its folder', ''],
    ['the file itself', 'double.cjs'],
  ])('runs where the operator lists %s', (_, name) => {
    expect(load('double.cjs', join(folder, name)).apply({ topic: 't', value: 4 })?.value).toBe(8)
  })

  it('may be an ES module', () => {
    expect(load('triple.mjs', folder).apply({ topic: 't', value: 4 })?.value).toBe(12)
  })

  it.each([
    ['double.cjs', '/nowhere', 'which is no file that the worker may run'],
    ['absent.cjs', '.', 'which is no file that the worker may run'],
    ['nothing.cjs', 'here', 'whose default export is no function'],
    ['broken.cjs', 'here', 'path no'],
  ])('is refused otherwise: %s', (name, paths, message) => {
    expect(() => load(name, paths === 'here' ? folder : paths)).toThrow(message)
  })

  it('is refused where a link leads out of what is allowed', () => {
    const inner = mkdtempSync(join(folder, 'inner-'))
    symlinkSync(join(folder, 'double.cjs'), join(inner, 'link.cjs'))
    expect(() => open({ path: join(inner, 'link.cjs') }, { 'javascript.transform.paths': inner })).toThrow(
      'no file that the worker may run',
    )
  })

  it('is not allowed by a folder of a similar name', () => {
    expect(() => load('double.cjs', folder.slice(0, -1))).toThrow('no file that the worker may run')
  })
})
