import type { Session } from 'node:inspector'

/** Where a thread was found at work. */
export interface Whereabouts {
  /** Lines as in the stack of an error. */
  readonly frames: readonly string[]
  /** What `current` said there. */
  readonly task: number | undefined
}

interface Frame {
  readonly callFrameId: string
  readonly functionName: string
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number }
}

/** Name of a function of the thread's global object that says which task runs right now. */
export const currentTask = '__sluiceCurrentTask'
const mostFrames = 10
export const frameIndent = '    at '

/**
 * Halts a thread of this process wherever its code is, and says where that is; by Node's own inspector, for a thread that never yields can't be asked.
 * Undefined where it can't be found out within `withinMs`. The thread is to be terminated afterwards.
 */
export async function whereItIs(threadId: number, withinMs: number): Promise<Whereabouts | undefined> {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), withinMs)
  let debugged: DebuggedThread | undefined
  try {
    const { Session } = await import('node:inspector')
    debugged = new DebuggedThread(new Session(), threadId)
    return await Promise.race([look(debugged), late.promise])
  } catch {
    // there is no inspector, or it is not allowed
    return undefined
  } finally {
    clearTimeout(timer)
    debugged?.close()
  }
}

async function look(thread: DebuggedThread): Promise<Whereabouts> {
  const paused = thread.event<{ readonly callFrames: readonly Frame[] }>('Debugger.paused')
  await thread.ask('Debugger.enable')
  await thread.ask('Debugger.pause')
  const { callFrames } = await paused
  const [top] = callFrames
  const asked = top && (await thread.ask('Debugger.evaluateOnCallFrame', question(top)))
  const { result } = (asked ?? {}) as { readonly result?: { readonly value?: unknown } }
  // one that stands still can't even be terminated
  await thread.ask('Debugger.disable')
  return {
    frames: callFrames.slice(0, mostFrames).map((frame) => lineOf(frame, thread)),
    task: typeof result?.value === 'number' ? result.value : undefined,
  }
}

function question({ callFrameId }: Frame): object {
  return { callFrameId, expression: `globalThis.${currentTask}?.()`, returnByValue: true, silent: true }
}

function lineOf({ functionName, location }: Frame, thread: DebuggedThread): string {
  const { scriptId, lineNumber, columnNumber } = location
  const place = `${thread.urlOf(scriptId)}:${lineNumber + 1}:${columnNumber + 1}`
  return frameIndent + (functionName === '' ? place : `${functionName} (${place})`)
}

type Message = {
  readonly id?: number
  readonly result?: unknown
  readonly method?: string
  readonly params?: unknown
}

/** The debugger of one thread, through the session of the thread that calls. */
class DebuggedThread {
  readonly #session: Session
  readonly #attached = Promise.withResolvers<string>()
  readonly #answers = new Map<number, (result: unknown) => void>()
  readonly #events = new Map<string, (params: unknown) => void>()
  readonly #urls = new Map<string, string>()
  #asked = 0

  constructor(session: Session, threadId: number) {
    this.#session = session
    session.connect()
    // the inspector's own numbers of threads are others
    const ourTitle = new RegExp(`^\\[?worker ${threadId}\\b`, 'i')
    let ours: string | undefined
    session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
      if (!ourTitle.test(workerInfo.title)) return
      ours = sessionId
      this.#attached.resolve(sessionId)
    })
    session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }) => {
      if (sessionId === ours) this.#take(JSON.parse(message))
    })
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  }

  async ask(method: string, params: object = {}): Promise<unknown> {
    const sessionId = await this.#attached.promise
    return new Promise((resolve) => {
      const id = ++this.#asked
      this.#answers.set(id, resolve)
      const message = JSON.stringify({ id, method, params })
      this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
    })
  }

  event<T>(method: string): Promise<T> {
    return new Promise<T>((resolve) => {
      this.#events.set(method, resolve as (params: unknown) => void)
    })
  }

  urlOf(scriptId: string): string {
    return this.#urls.get(scriptId) ?? '<unknown>'
  }

  close(): void {
    this.#session.disconnect()
  }

  #take({ id, result, method, params }: Message): void {
    if (id !== undefined) this.#answers.get(id)?.(result)
    else if (method === 'Debugger.scriptParsed') this.#know(params as { scriptId: string; url: string })
    else this.#events.get(method ?? '')?.(params)
  }

  #know({ scriptId, url }: { readonly scriptId: string; readonly url: string }): void {
    this.#urls.set(scriptId, url)
  }
}
