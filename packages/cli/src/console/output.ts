import { write as writeFile } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Whoever read the output has had enough (`| head`): not an error. */
export class ReaderGone extends Error {}

export interface Output {
  /** Resolves when the system has taken all of it: a reader who is slow slows us down. Rejects with ReaderGone. */
  write(bytes: Uint8Array | string): Promise<void>
}

const writeSome = promisify(writeFile)
const fullPipeMs = 5

/**
 * The standard output. Node writes to pipes synchronously, which would stop heartbeats and everything else for as long as the reader takes; so this
 * writes on a thread of its pool.
 */
export function standardOutput(fd = 1): Output {
  return {
    async write(data) {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data
      for (let at = 0; at < bytes.length; ) {
        try {
          at += (await writeSome(fd, bytes, at, bytes.length - at, null)).bytesWritten
        } catch (error) {
          const code = error instanceof Error && 'code' in error ? error.code : undefined
          if (code === 'EPIPE') throw new ReaderGone('the output was closed')
          // a pipe that another program has made non-blocking, and that is full
          if (code !== 'EAGAIN') throw error
          await sleep(fullPipeMs)
        }
      }
    },
  }
}
