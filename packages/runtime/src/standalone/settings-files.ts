import { readFile } from 'node:fs/promises'

/** The text of a file. Rejects with an error that names it, says why it can't be read. */
export async function readSettingsFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new Error(`${file} can't be read: ${whyNot(cause)}.`, { cause })
  }
}

function whyNot(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a folder; name the file itself'
  if (code === 'EACCES') return 'permission is denied'
  return cause instanceof Error ? cause.message : String(cause)
}

const order = "the worker's file comes first, connectors' files after it"

/** Throws where a connector's file was given in place of the worker's. */
export function refuseConnectorFile(text: string, file: string): void {
  if (text.trimStart().startsWith('{') || has(text, 'connector.class')) {
    throw new Error(`${file} looks like a connector's settings, not the worker's: ${order}.`)
  }
}

/** Throws where a worker's file was given in place of a connector's. */
export function refuseWorkerFile(text: string, file: string): void {
  if (has(text, 'bootstrap.servers') && !text.includes('connector.class')) {
    throw new Error(`${file} looks like a worker's settings, not a connector's: ${order}.`)
  }
}

/** Is it a property of the file? */
function has(text: string, key: string): boolean {
  return text.split(/\r?\n/).some((line) => line.trimStart().startsWith(key))
}
