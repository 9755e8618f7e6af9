import type { RecordSchema } from '@sluice/template'

/**
 * A value as Java's `String.valueOf` prints it, which is what FileStreamSink writes: `{a=1, b=[2.0, x]}`, `Struct{a=1}`, `null`. Where Java
 * prints what is of use to nobody, this does not: bytes are written as the text they hold, dates and times as ISO 8601.
 */
export function javaText(value: unknown, schema?: RecordSchema): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(value, schema)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (Array.isArray(value)) {
    const items = schema?.type === 'array' ? schema.items : undefined
    return `[${value.map((item) => javaText(item, items)).join(', ')}]`
  }
  if (schema?.type === 'struct') return structText(value as Readonly<Record<string, unknown>>, schema)
  return typeof value === 'object' ? mapText(value, schema) : `${value as boolean | bigint}`
}

function structText(
  value: Readonly<Record<string, unknown>>,
  { fields }: Extract<RecordSchema, { type: 'struct' }>,
): string {
  // fields without a value are left out there
  const parts = fields
    .filter(({ name }) => value[name] !== null && value[name] !== undefined)
    .map((field) => `${field.name}=${javaText(value[field.name], field.schema)}`)
  return `Struct{${parts.join(',')}}`
}

function mapText(value: object, schema: RecordSchema | undefined): string {
  const map = schema?.type === 'map' ? schema : undefined
  const entries: Iterable<readonly [unknown, unknown]> = value instanceof Map ? value : Object.entries(value)
  const parts = Array.from(
    entries,
    ([key, item]) => `${javaText(key, map?.keys)}=${javaText(item, map?.values)}`,
  )
  return `{${parts.join(', ')}}`
}

const whole: ReadonlySet<string> = new Set(['int8', 'int16', 'int32', 'int64'])
const dayMs = 86_400_000

function numberText(value: number, schema: RecordSchema | undefined): string {
  if (schema?.name === 'org.apache.kafka.connect.data.Date')
    return new Date(value * dayMs).toISOString().slice(0, 10)
  if (schema?.name === 'org.apache.kafka.connect.data.Time')
    return new Date(value).toISOString().slice(11, -1)
  if (schema === undefined ? Number.isInteger(value) : whole.has(schema.type)) return String(value)
  return floatText(schema?.type === 'float32' ? shortestFloat(value) : value)
}

/** The number with the fewest digits that is the same 32-bit float. */
function shortestFloat(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits))
    if (Math.fround(candidate) === value) return candidate
  }
  return value
}

/** As Double.toString of JDK 19 and newer: 1.0, 1.0E7, 1.0E-4. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`
}
