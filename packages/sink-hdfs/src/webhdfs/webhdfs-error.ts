/**
 * What is known of a request that failed: it never reached a server (`unreached`), it may or may not have been carried out (`unclear`),
 * or a server said no (`answered`).
 */
export type Outcome = 'unreached' | 'unclear' | 'answered'

/** Every failure of a call to WebHDFS or HttpFS. `exception` is the Java class's short name, "" where no server gave one. */
export class WebHdfsError extends Error {
  readonly outcome: Outcome
  readonly exception: string
  readonly status: number

  constructor(
    message: string,
    how: { outcome: Outcome; exception?: string; status?: number; cause?: unknown },
  ) {
    super(message, { cause: how.cause })
    this.name = 'WebHdfsError'
    this.outcome = how.outcome
    this.exception = how.exception ?? ''
    this.status = how.status ?? 0
  }
}

/** `elsewhere`: ask another NameNode. `later`: wait and ask again. `missing`: the path isn't there. `never`: asking again won't help. */
export type Remedy = 'elsewhere' | 'later' | 'missing' | 'never'

/** Total: anything that isn't a WebHdfsError has no remedy. */
export function remedyFor(error: unknown): Remedy {
  if (!(error instanceof WebHdfsError)) return 'never'
  if (error.outcome === 'unreached') return 'elsewhere'
  if (error.outcome === 'unclear') return 'later'
  return remedies.get(error.exception) ?? (error.status >= 500 || error.status === 429 ? 'later' : 'never')
}

/**
 * By the exception that a server names. A bare IOException is what a NameNode says while it has no DataNode to offer, and a DataNode
 * while it can't reach the NameNode. Sources: org.apache.hadoop.hdfs.web.resources.ExceptionHandler and answers of a real 3.4.
 */
const remedies: ReadonlyMap<string, Remedy> = new Map([
  ['StandbyException', 'elsewhere'],
  ['RetriableException', 'later'],
  ['SafeModeException', 'later'],
  ['IOException', 'later'],
  ['EOFException', 'later'],
  ['ConnectException', 'later'],
  ['SocketTimeoutException', 'later'],
  ['NoRouteToHostException', 'later'],
  ['AlreadyBeingCreatedException', 'later'],
  ['RecoveryInProgressException', 'later'],
  ['NotReplicatedYetException', 'later'],
  ['FileNotFoundException', 'missing'],
  ['AccessControlException', 'never'],
  ['AuthorizationException', 'never'],
  ['SecurityException', 'never'],
  ['FileAlreadyExistsException', 'never'],
  ['NSQuotaExceededException', 'never'],
  ['DSQuotaExceededException', 'never'],
])

/** The error that an answer of status 400 or above describes; the first line of the message only, the rest is a Java stack trace. */
export function errorOfAnswer(what: string, status: number, body: string): WebHdfsError {
  const remote = remoteException(body)
  const said = remote.message.split('\n', 1)[0]!.trim()
  const because = [remote.exception, said].filter((part) => part !== '').join(': ')
  return new WebHdfsError(`${what} was answered ${status}${because === '' ? '' : ` ${because}`}`, {
    outcome: 'answered',
    exception: remote.exception,
    status,
  })
}

function remoteException(body: string): { exception: string; message: string } {
  try {
    const { RemoteException: remote } = JSON.parse(body) as { RemoteException?: Record<string, unknown> }
    return { exception: text(remote?.['exception']), message: text(remote?.['message']) }
  } catch {
    return { exception: '', message: '' }
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
