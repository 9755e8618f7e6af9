import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip as gunzipWithCallback } from 'node:zlib'
import { PushError } from './push-error.ts'

/** Bytes of requests that are held at the same time, all together. */
export class Room {
  readonly #most: number
  #held = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Whether there was room. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.#most) return false
    this.#held += bytes
    return true
  }

  give(bytes: number): void {
    this.#held -= bytes
  }
}

export interface Body {
  readonly bytes: Buffer
  /** Gives the room back. */
  release(): void
}

/** How a body is read: `most` bytes of it, as it comes and unpacked. */
export interface Reading {
  readonly most: number
  readonly room: Room
  /** Asks the sender to go on, where it waits for that before it sends the body. */
  readonly goOn: () => void
  readonly full: () => PushError
}

/**
 * Reads a body, unpacked where it is gzip. Throws a PushError as early as it is known that there are more bytes than allowed (413, before a byte is read where the head says so), or more
 * than there is room for (`full`).
 */
export async function readBody(request: IncomingMessage, how: Reading): Promise<Body> {
  const { most, room, full, goOn } = how
  const encoding = request.headers['content-encoding'] ?? 'identity'
  // snappy is a matter of the format: it isn't a stream
  if (!['gzip', 'snappy', 'identity'].includes(encoding))
    throw new PushError(415, `The encoding ${encoding} is not understood: send gzip, snappy or none.`)
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge(most)
  goOn()
  const chunks: Buffer[] = []
  let held = 0
  const hold = (bytes: number): void => {
    if (!room.take(bytes)) throw full()
    held += bytes
  }
  try {
    // a body that is given up is still to be answered
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer
      if (held + bytes.length > most) throw tooLarge(most)
      hold(bytes.length)
      chunks.push(bytes)
    }
    const raw = Buffer.concat(chunks)
    if (encoding !== 'gzip') return { bytes: raw, release: () => room.give(held) }
    const bytes = await unpacked(raw, most)
    hold(bytes.length)
    return { bytes, release: () => room.give(held) }
  } catch (error) {
    room.give(held)
    if (error instanceof PushError) throw error
    throw new PushError(400, `The body can't be read: ${(error as Error).message}.`, { cause: error })
  }
}

const gunzip = promisify(gunzipWithCallback)
let unpacking: Promise<unknown> = Promise.resolve()

/** One at a time: a small body may unpack to a large one. */
async function unpacked(raw: Buffer, most: number): Promise<Buffer> {
  const before = unpacking
  const mine = before.then(() => gunzip(raw, { maxOutputLength: most }))
  unpacking = mine.catch(() => {})
  try {
    return await mine
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(most)
    throw error
  }
}

function tooLarge(most: number): PushError {
  return new PushError(413, `The body has more than ${most} bytes (push.body.limit.bytes).`)
}
