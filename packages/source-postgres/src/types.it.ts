import { jest } from '@jest/globals'
import fc from 'fast-check'
import { jdbcSource, postgresSource } from './definitions.ts'
import { type TestDatabase, testDatabase, values } from '../test/database.ts'
import { quoteIdentifier, quoteLiteral } from './sql-text.ts'

jest.setTimeout(30_000)

describe('the values of columns', () => {
  let db: TestDatabase

  beforeAll(async () => {
    db = await testDatabase()
    await db.client.query(`CREATE EXTENSION IF NOT EXISTS hstore;
      CREATE TYPE mood AS ENUM ('sad', 'very happy'); CREATE DOMAIN price AS numeric(8,2); CREATE DOMAIN cheap AS price;
      CREATE DOMAIN flag AS boolean; CREATE TYPE pair AS (a int, b text)`)
  }, 180_000)

  afterAll(() => db?.dispose())

  /** The values that a reader gives for one row of one column each. */
  async function read(
    column: { readonly type: string; readonly literals: readonly string[] },
    how: {
      readonly definition?: typeof postgresSource
      readonly settings?: Readonly<Record<string, string>>
    } = {},
  ): Promise<unknown[]> {
    await db.client.query(`DROP TABLE IF EXISTS t; CREATE TABLE t (id serial PRIMARY KEY, v ${column.type})`)
    for (const literal of column.literals) await db.client.query(`INSERT INTO t (v) VALUES (${literal})`)
    const reader = await db.read(
      { mode: 'incrementing', 'table.whitelist': 't', ...how.settings },
      { definition: how.definition ?? postgresSource },
    )
    const records = await reader.take(column.literals.length)
    await reader.close()
    return values(records)
  }

  it.each<[string, readonly string[], readonly unknown[]]>([
    ['smallint', ['-32768', 'NULL'], [-32768, null]],
    ['integer', ['2147483647'], [2147483647]],
    ['bigint', ['9223372036854775807', '9007199254740993'], [9223372036854775807n, 9007199254740993n]],
    ['oid', ['4294967295'], [4294967295n]],
    ['real', ["'NaN'", '1.5', "'-Infinity'"], [Number.NaN, 1.5, Number.NEGATIVE_INFINITY]],
    ['double precision', ['0.1', '1e300', "'-0'"], [0.1, 1e300, -0]],
    [
      'numeric',
      ["'NaN'", "'Infinity'", '123456789012345678901234567890.123456789'],
      ['NaN', 'Infinity', '123456789012345678901234567890.123456789'],
    ],
    ['numeric(10,2)', ['1.5', "'NaN'", '-0.1'], ['1.50', 'NaN', '-0.10']],
    ['money', ['1234.5', '-0.01'], ['1234.50', '-0.01']],
    ['boolean', ['true', 'false', 'NULL'], [true, false, null]],
    ['flag', ['true'], [true]],
    ['cheap', ['3'], ['3.00']],
    [
      'text',
      ["''", "'\\N'", "E'a\\tb\\nc\\\\d\\re\\b\\f\\x0b'", "'üñí 🙂'"],
      ['', '\\N', 'a\tb\nc\\d\re\b\f\v', 'üñí 🙂'],
    ],
    ['char(4)', ["'ab'"], ['ab  ']],
    ['bytea', ["'\\x00ff5c09'", "''"], [Buffer.from([0, 255, 92, 9]), Buffer.alloc(0)]],
    [
      'timestamptz',
      [
        "'2024-01-31 12:00:00.123456+02'",
        "'1969-07-20 20:17:40Z'",
        "'infinity'",
        "'-infinity'",
        "'0044-03-15 12:00:00Z BC'",
      ],
      [
        '2024-01-31T10:00:00.123456Z',
        '1969-07-20T20:17:40Z',
        'infinity',
        '-infinity',
        '0044-03-15 12:00:00+00 BC',
      ],
    ],
    ['timestamp', ["'2024-01-31 12:00:00.1'", "'infinity'"], ['2024-01-31T12:00:00.1', 'infinity']],
    ['date', ["'1582-10-14'", "'infinity'", "'0044-03-15 BC'"], ['1582-10-14', 'infinity', '0044-03-15 BC']],
    ['time', ["'23:59:59.999999'"], ['23:59:59.999999']],
    ['timetz', ["'12:00:00+02'"], ['12:00:00+02']],
    ['interval', ["'1 year 2 days 03:04:05.6'"], ['P1Y2DT3H4M5.6S']],
    ['int[]', ["'{1,NULL,3}'", "'{{1},{2}}'"], ['{1,NULL,3}', '{{1},{2}}']],
    ['text[]', [`'{"a,b","c\\"d"}'`], ['{"a,b","c\\"d"}']],
    ['int4range', ["'[1,5)'"], ['[1,5)']],
    ['tstzrange', ["'[2024-01-01 00:00+02,)'"], ['["2023-12-31 22:00:00+00",)']],
    ['json', [`'{"b": 1,  "a": 1e400}'`], ['{"b": 1,  "a": 1e400}']],
    ['jsonb', [`'{"b": 1, "a": 9007199254740993}'`], ['{"a": 9007199254740993, "b": 1}']],
    ['uuid', ["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"], ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']],
    ['inet', ["'192.168.0.1/24'"], ['192.168.0.1/24']],
    ['macaddr', ["'08:00:2b:01:02:03'"], ['08:00:2b:01:02:03']],
    ['bit(3)', ["B'101'"], ['101']],
    ['xml', ["'<a>1</a>'"], ['<a>1</a>']],
    ['point', ["'(1,2.5)'"], ['(1,2.5)']],
    ['tsvector', ["'fat cat'"], ["'cat' 'fat'"]],
    ['hstore', ["'a=>1'"], ['"a"=>"1"']],
    ['mood', ["'very happy'"], ['very happy']],
    ['pair', ["ROW(1, 'x y')"], ['(1,"x y")']],
    ['pg_lsn', ["'16/B374D848'"], ['16/B374D848']],
  ])('of type %s are exact', async (type, literals, expected) => {
    expect(await read({ type, literals })).toEqual(expected)
  })

  it.each<[string, readonly string[], readonly unknown[], Record<string, string>]>([
    ['numeric(10,2)', ['1.5'], ['1.50'], {}],
    ['numeric(5,0)', ['123'], [123], { 'numeric.mapping': 'precision_only' }],
    ['numeric(18,0)', ['123456789012345678'], [123456789012345678n], { 'numeric.mapping': 'best_fit' }],
    ['numeric(2,0)', ['12'], [12], { 'numeric.precision.mapping': 'true' }],
    ['numeric(10,2)', ['1.5'], [1.5], { 'numeric.mapping': 'best_fit' }],
    ['numeric(30,2)', ['1.5'], ['1.50'], { 'numeric.mapping': 'best_fit' }],
    ['numeric(30,2)', ['1.5'], [1.5], { 'numeric.mapping': 'best_fit_eager_double' }],
    ['numeric(3,-2)', ['12300'], ['12300'], {}],
    [
      'timestamptz',
      ["'1969-12-31 23:59:59.9999Z'", "'infinity'", 'NULL'],
      [new Date(-1), new Date(8640000000000000), null],
      {},
    ],
    [
      'timestamp',
      ["'2024-06-01 12:00:00.5'"],
      [new Date('2024-06-01T10:00:00.500Z')],
      { 'db.timezone': 'Europe/Berlin' },
    ],
    [
      'timestamptz',
      ["'2024-01-01 00:00:00.123456Z'"],
      [1704067200123456n],
      { 'timestamp.granularity': 'micros_long' },
    ],
    [
      'timestamptz',
      ["'2024-01-01 00:00:00.123456Z'"],
      ['1704067200123456'],
      { 'timestamp.granularity': 'micros_string' },
    ],
    [
      'timestamptz',
      ["'2024-01-01 00:00:00.123456Z'"],
      [1704067200123456000n],
      { 'timestamp.granularity': 'nanos_long' },
    ],
    [
      'timestamptz',
      ["'2024-01-01 00:00:00.123456Z'", "'294276-01-01Z'"],
      ['1704067200123456000', '9224286393600000000000'],
      { 'timestamp.granularity': 'nanos_string' },
    ],
    ...['micros_long', 'nanos_long'].map(
      (granularity): [string, string[], unknown[], Record<string, string>] => [
        'timestamptz',
        ["'infinity'", "'-infinity'", 'NULL'],
        [9223372036854775807n, -9223372036854775808n, null],
        { 'timestamp.granularity': granularity },
      ],
    ),
    ...['GMT+2', '+02:00', 'UTC+02', 'Etc/GMT-2'].map(
      (zone): [string, string[], unknown[], Record<string, string>] => [
        'timestamp',
        ["'2024-06-01 12:00:00'"],
        [new Date('2024-06-01T10:00:00Z')],
        { 'db.timezone': zone },
      ],
    ),
    ['date', ["'1969-12-31'", 'NULL', "'infinity'"], [-1, null, 2147483647], {}],
    ['time', ["'00:00:01.5'"], [1500], {}],
    ['timetz', ["'02:00:01+02'"], [1000], {}],
  ])(
    "of type %s are what the JDBC source's settings say (%#)",
    async (type, literals, expected, settings) => {
      expect(await read({ type, literals }, { definition: jdbcSource, settings })).toEqual(expected)
    },
  )

  it('come in the order of the table, without dropped columns and with generated ones', async () => {
    await db.client.query(`DROP TABLE IF EXISTS t; CREATE TABLE t (z int, gone text, id serial PRIMARY KEY, v text,
      g int GENERATED ALWAYS AS (z * 2) STORED); ALTER TABLE t DROP COLUMN gone; INSERT INTO t (z, v) VALUES (21, 'x')`)
    const reader = await db.read({ mode: 'incrementing', 'table.whitelist': 't' })
    const [record] = await reader.take(1)
    expect(Object.entries(record?.value as object)).toEqual([
      ['z', 21],
      ['id', 1],
      ['v', 'x'],
      ['g', 42],
    ])
    expect(record?.key).toEqual({ id: 1 })
  })

  it('come with columns that were added between two polls', async () => {
    await db.client.query('DROP TABLE IF EXISTS t; CREATE TABLE t (id serial PRIMARY KEY, v text)')
    const reader = await db.read({ mode: 'incrementing', 'table.whitelist': 't' })
    await db.client.query("INSERT INTO t (v) VALUES ('before')")
    expect(await reader.take(1)).toHaveLength(1)
    await db.client.query("ALTER TABLE t ADD COLUMN w int DEFAULT 7; INSERT INTO t (v) VALUES ('after')")
    expect((await reader.take(1))[0]?.value).toEqual({ id: 2, v: 'after', w: 7 })
  })

  it('come from tables and columns with any name', async () => {
    const names = ['a"b', "it's", 'ü 🙂', 'Select', 'a\\b', '$1', '%s']
    const schema = quoteIdentifier('sch"em\\a')
    await db.client.query(`CREATE SCHEMA ${schema}`)
    for (const name of names) {
      const table = `${schema}.${quoteIdentifier(name)}`
      await db.client.query(`CREATE TABLE ${table} (${quoteIdentifier(name)} bigserial PRIMARY KEY, v text);
        INSERT INTO ${table} (v) VALUES ('x')`)
    }
    const reader = await db.read({ mode: 'incrementing', 'schema.pattern': 'sch"em\\\\a' })
    const records = await reader.take(names.length)
    expect(records.map((record) => record.topic).toSorted()).toEqual(
      names.map((name) => `t-${name}`).toSorted(),
    )
    expect(records.every((record) => Object.keys(record.key as object)[0] === record.topic.slice(2))).toBe(
      true,
    )
  })

  it('cannot break out of quotes, whatever the text is', async () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 20 })
      .filter((value) => !value.includes('\0') && value.isWellFormed())
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('on', 'off'), async (value, conforming) => {
        await db.client.query(`SET standard_conforming_strings = ${conforming}`)
        const { rows } = await db.client.query(
          `SELECT ${quoteLiteral(value)} AS ${quoteIdentifier(`n${value}`.slice(0, 10).toWellFormed())}`,
        )
        expect(Object.values(rows[0] as object)).toEqual([value])
      }),
      { numRuns: 200 },
    )
    await db.client.query('RESET standard_conforming_strings')
  })
})
