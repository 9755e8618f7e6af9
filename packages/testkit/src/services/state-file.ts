import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * Replaces the file in one step: a reader sees the old state or the new one, also after a crash. The content carries
 * its own checksum.
 */
export async function writeState(path: string, state: Json): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(`${JSON.stringify({ checksum: checksumOf(state), state }, undefined, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** The state last written, undefined where there is none. A file that was cut or changed is an error that names it. */
export async function readState<T extends Json>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : (parseState(path, text) as T)
}

/** The state of a file's text, unless the text was cut or changed. */
export function parseState(path: string, text: string): unknown {
  const damaged = (cause?: unknown) =>
    new Error(`${path} is damaged: its checksum does not match. Stop what runs and remove its folder.`, {
      cause,
    })
  let content: { readonly checksum?: unknown; readonly state?: unknown } | null
  try {
    content = JSON.parse(text) as typeof content
  } catch (error) {
    throw damaged(error)
  }
  if (content?.checksum !== checksumOf(content?.state)) throw damaged()
  return content?.state
}

function checksumOf(state: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(state) ?? '')
    .digest('hex')
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
