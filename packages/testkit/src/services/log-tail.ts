import { open } from 'node:fs/promises'

/** The end of a log and its name, ready to be put under an error. */
export async function lastLines(path: string, { lines = 25, bytes = 16_384 } = {}): Promise<string> {
  const text = await tail(path, bytes)
  const kept = text.trimEnd().split('\n').slice(-lines)
  return [`Log: ${path}`, ...kept.map((line) => `  | ${line}`)].join('\n')
}

async function tail(path: string, bytes: number): Promise<string> {
  try {
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.min(bytes, size)),
      position: Math.max(0, size - bytes),
    })
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    return `(can't be read: ${(error as Error).message})`
  }
}
