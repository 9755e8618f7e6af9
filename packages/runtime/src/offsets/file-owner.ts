import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { replaceFile } from './replace-file.ts'
import { TakenOverError } from './taken-over-error.ts'

interface Owner {
  /** Of this opening: a worker that opens the file again is another owner. */
  readonly token: string
  readonly host: string
  readonly pid: number
  /** ISO 8601. */
  readonly since: string
}

interface Mark {
  /** Of the offset file, whoever owns it. */
  readonly identity: string
  readonly owner: Owner
}

/**
 * Who works with an offset file: whoever opened it last. That stands in a small file beside it, `<path>.owner`. Should that one be lost or damaged, offsets
 * are as they were; the owner marks itself again with its next write.
 */
export class FileOwner {
  readonly #path: string
  readonly #mark: Mark

  private constructor(path: string, mark: Mark) {
    this.#path = path
    this.#mark = mark
  }

  /** Takes the file over from whoever has it. A folder that can't be written to is told of by the first write. */
  static async claim(path: string): Promise<FileOwner> {
    const found = await readMark(path)
    const owner = { token: randomUUID(), host: hostname(), pid: process.pid, since: new Date().toISOString() }
    const claimed = new FileOwner(path, { identity: found?.identity ?? randomUUID(), owner })
    await claimed.#write().catch(() => {})
    return claimed
  }

  get identity(): string {
    return this.#mark.identity
  }

  /** Rejects with a TakenOverError once another has opened the file. */
  async check(): Promise<void> {
    await this.#found()
  }

  /** As `check`; puts the mark back where it is lost. */
  async confirm(): Promise<void> {
    if ((await this.#found()) === undefined) await this.#write()
  }

  async #found(): Promise<Mark | undefined> {
    const found = await readMark(this.#path)
    if (found === undefined) return undefined
    const { token, host, pid, since } = found.owner
    if (token === this.#mark.owner.token) return found
    throw new TakenOverError(
      `The offset file ${this.#path} is another worker's since ${since}: process ${pid} on ${host} has opened it. ` +
        'Keep one of the two workers; if that is this one, stop the other and restart this worker.',
    )
  }

  #write(): Promise<void> {
    return replaceFile(markPath(this.#path), `${JSON.stringify(this.#mark)}\n`)
  }
}

function markPath(path: string): string {
  return `${path}.owner`
}

/** Undefined where there is none that can be read. */
async function readMark(path: string): Promise<Mark | undefined> {
  try {
    const mark: unknown = JSON.parse(await readFile(markPath(path), 'utf8'))
    return isMark(mark) ? mark : undefined
  } catch {
    return undefined
  }
}

function isMark(value: unknown): value is Mark {
  const { identity, owner } = (value ?? {}) as Partial<Mark>
  return typeof identity === 'string' && typeof owner?.token === 'string'
}
