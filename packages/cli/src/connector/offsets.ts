import { type Json, parseJson, stringifyJson } from '@sluice/template'
import { renderTable } from '../stack/table.ts'
import { type Offset, type Offsets, pathOf } from './bodies.ts'
import { inputText } from './connector-input.ts'
import { type RestClient, RestError } from './rest-client.ts'
import { UsageError } from './usage-error.ts'

export async function getOffsets(rest: RestClient, name: string): Promise<Offsets> {
  return rest.call<Offsets>('GET', pathOf(name, 'offsets'))
}

export function offsetsText({ offsets }: Offsets): string {
  if (offsets.length === 0) return 'No offsets are stored.\n'
  const isSink = offsets.every(({ partition }) => 'kafka_topic' in partition)
  if (!isSink) {
    const rows = offsets.map(({ partition, offset }) => [stringifyJson(partition), stringifyJson(offset)])
    return renderTable([['PARTITION', 'OFFSET'], ...rows])
  }
  const rows = offsets.map(({ partition, offset }) => [
    shown(partition['kafka_topic']),
    shown(partition['kafka_partition']),
    shown(offset?.['kafka_offset']),
  ])
  return renderTable([['TOPIC', 'PARTITION', 'OFFSET'], ...rows])
}

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return '-'
  return typeof value === 'string' ? value : stringifyJson(value)
}

/** What a file says, in the form that `offsets get --json` prints; int64 as it is. Rejects with a UsageError. */
export async function offsetsInput(file: string | undefined): Promise<Offsets> {
  const { text, what } = await inputText(file)
  let parsed: unknown
  try {
    parsed = parseJson(text)
  } catch (cause) {
    throw new UsageError(`${what} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
  const offsets =
    typeof parsed === 'object' && parsed !== null && 'offsets' in parsed ? parsed.offsets : undefined
  if (!Array.isArray(offsets) || !offsets.every(isOffset)) {
    throw new UsageError(
      `${what} must be {"offsets": [{"partition": {...}, "offset": {...}}]}; sluice connector offsets get NAME --json prints such.`,
    )
  }
  return { offsets }
}

function isOffset(one: unknown): one is Offset {
  return typeof one === 'object' && one !== null && 'partition' in one && 'offset' in one
}

export async function alterOffsets(rest: RestClient, name: string, offsets: Offsets): Promise<string> {
  return told(name, () => rest.call<{ message: string }>('PATCH', pathOf(name, 'offsets'), offsets))
}

export async function resetOffsets(rest: RestClient, name: string): Promise<string> {
  return told(name, () => rest.call<{ message: string }>('DELETE', pathOf(name, 'offsets')))
}

async function told(name: string, call: () => Promise<{ readonly message: string }>): Promise<string> {
  try {
    return `${(await call()).message}\n`
  } catch (error) {
    if (!(error instanceof RestError) || !/stopped/i.test(error.message)) throw error
    throw new RestError(
      error.status,
      `${error.message.replace(/\.?$/, '.')} Stop it first: sluice connector stop ${name}`,
    )
  }
}
