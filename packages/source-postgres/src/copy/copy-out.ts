import type { Socket } from 'node:net'
import type { Connection, Submittable } from 'pg'

/** Takes the bytes of a COPY as the server sends them. */
export interface CopySink {
  /** Before the first bytes. Whoever has enough pauses, and resumes for more. */
  begin(flow: CopyFlow): void
  /**
   * Bytes whose memory is not the sink's after the call. Gives back those that begin with the first message that is none of the rows;
   * nothing comes after them.
   */
  receive(chunk: Uint8Array): Uint8Array | undefined
  end(): void
  fail(error: Error): void
}

export interface CopyFlow {
  pause(): void
  resume(): void
}

type Listener = (chunk: Buffer) => void

/**
 * `COPY ... TO STDOUT` on a connection of pg. While rows come, the bytes of the socket go to the sink and not to pg, which would make an
 * object of each row; what follows the rows is pg's again.
 */
export class CopyOut implements Submittable {
  readonly #text: string
  readonly #sink: CopySink
  #socket: Socket | undefined
  #listenerOfPg: Listener | undefined

  constructor(text: string, sink: CopySink) {
    this.#text = text
    this.#sink = sink
  }

  submit(connection: Connection): void {
    this.#take(connection.stream as Socket)
    this.#sink.begin({ pause: () => this.#socket?.pause(), resume: () => this.#socket?.resume() })
    connection.query(this.#text)
  }

  handleError(error: Error): void {
    this.#giveBack(undefined)
    this.#sink.fail(error)
  }

  /** The rows are complete when the statement is: until then the server may still refuse it. */
  handleCommandComplete(): void {
    this.#sink.end()
  }

  handleReadyForQuery(): void {}

  readonly #received = (chunk: Buffer): void => {
    try {
      const others = this.#sink.receive(chunk)
      // what pg goes on with is copied, for its parser keeps what it is given
      const rest = others === undefined ? undefined : Buffer.from(others)
      free(chunk)
      if (rest !== undefined) this.#giveBack(rest)
    } catch (error) {
      // there may be no memory for a row: of the connection nothing can be made any more
      this.#socket?.destroy(error as Error)
    }
  }

  #take(socket: Socket): void {
    const [listener] = socket.listeners('data')
    this.#socket = socket
    this.#listenerOfPg = listener as Listener
    socket.off('data', this.#listenerOfPg)
    socket.on('data', this.#received)
  }

  #giveBack(rest: Buffer | undefined): void {
    const [socket, listener] = [this.#socket, this.#listenerOfPg]
    if (socket === undefined || listener === undefined) return
    this.#socket = undefined
    socket.off('data', this.#received)
    socket.on('data', listener)
    if (rest !== undefined) listener(rest)
    socket.resume()
  }
}

/**
 * Gives back the memory of a chunk now, and not at some garbage collection before which many more are read. A chunk that shares its memory
 * with others is left alone.
 */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
