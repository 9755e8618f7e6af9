import { readFile } from 'node:fs/promises'
import { text as allOf } from 'node:stream/consumers'
import { type ConnectorRequest, parseConnectorFile } from '@sluice/runtime'
import { parseJson, stringifyJson } from '@sluice/template'
import { UsageError } from './usage-error.ts'

/** A file's text; `-` or nothing is the standard input. Rejects with a UsageError. */
export async function inputText(
  file: string | undefined,
): Promise<{ readonly text: string; readonly what: string }> {
  if (file === undefined || file === '-') {
    if (process.stdin.isTTY) {
      throw new UsageError(
        'which settings? Name a file, .json or .properties, or give them on the standard input (-).',
      )
    }
    return { text: await allOf(process.stdin), what: 'The standard input' }
  }
  try {
    return { text: await readFile(file, 'utf8'), what: file }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`${file} can't be read: ${reason}`, { cause })
  }
}

/** A connector's settings, as the worker's command line reads them. `name` is for settings that have none. */
export async function connectorInput(file: string | undefined, name?: string): Promise<ConnectorRequest> {
  const input = await inputText(file)
  try {
    return parseConnectorFile(name === undefined ? input.text : named(input.text, name), input.what)
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** GET /connectors/{name}/config gives settings that may lack it. */
function named(text: string, name: string): string {
  if (!text.trimStart().startsWith('{')) return /^\s*name\s*[=:]/m.test(text) ? text : `name=${name}\n${text}`
  try {
    const parsed = parseJson(text) as Record<string, never>
    return 'config' in parsed || 'name' in parsed ? text : stringifyJson({ ...parsed, name })
  } catch {
    return text
  }
}
