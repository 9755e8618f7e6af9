import { readFile, rename, writeFile } from 'node:fs/promises'
import { renderProperties } from './properties.ts'

/** An access key that the broker knows. */
export interface IamKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Whom the broker takes its owner for. */
  readonly principal: string
}

/** The access keys of a broker that checks signatures. Changes count from the next login on. */
export interface IamKeys {
  put(key: IamKey): Promise<void>
  remove(accessKeyId: string): Promise<void>
}

export function iamKeys(file: string): IamKeys {
  // one change after the other: each writes the whole file
  let last: Promise<unknown> = Promise.resolve()
  const change = (body: (keys: Map<string, string>) => void): Promise<void> => {
    const done = changeAfter(last, body)
    last = done.catch(() => {})
    return done
  }
  const changeAfter = async (before: Promise<unknown>, body: (keys: Map<string, string>) => void) => {
    await before
    const keys = await readKeys(file)
    body(keys)
    await writeFile(`${file}.new`, renderProperties(Object.fromEntries(keys)))
    await rename(`${file}.new`, file)
  }
  return {
    put: ({ accessKeyId, secretAccessKey, sessionToken = '', principal }) =>
      change((keys) => void keys.set(accessKeyId, [secretAccessKey, sessionToken, principal].join('|'))),
    remove: (accessKeyId) => change((keys) => void keys.delete(accessKeyId)),
  }
}

async function readKeys(file: string): Promise<Map<string, string>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n').filter((line) => line !== '')
  return new Map(
    lines.map((line) => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1).replaceAll('\\\\', '\\')]
    }),
  )
}
