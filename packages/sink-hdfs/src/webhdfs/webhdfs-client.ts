import type { Body, HttpRequest, HttpResponse, HttpTransport } from './http-transport.ts'
import { errorOfAnswer, remedyFor, WebHdfsError } from './webhdfs-error.ts'

export interface FileStatus {
  /** Without its folder; "" for the path that was asked about. */
  readonly name: string
  readonly type: 'FILE' | 'DIRECTORY'
  readonly size: number
}

export interface WebHdfsOptions {
  /** Base addresses ending in `/webhdfs/v1`; more than one where they take over from each other. */
  readonly nameNodes: readonly URL[]
  readonly transport: HttpTransport
  /** Acted for by simple authentication. */
  readonly user: string
  readonly doAs?: string | undefined
  /** Hosts to which data may be sent: whole names, or endings such as `.data.example.org`. Empty: wherever a NameNode sends us. */
  readonly dataHosts: readonly string[]
}

type Parameters = Readonly<Record<string, string>>

/**
 * The calls of WebHDFS (and of HttpFS) that a writer needs. Rejects with a WebHdfsError, or with the signal's reason.
 *
 * Every NameNode is tried once for a call: the next one only if it is certain that the call wasn't carried out, or if carrying it out
 * twice is the same as once (reads, deletes). All other repetition is the caller's, who knows what an unclear outcome means.
 */
export class WebHdfsClient {
  readonly #options: WebHdfsOptions
  #current = 0

  constructor(options: WebHdfsOptions) {
    this.#options = options
  }

  /** Makes the folder and its parents. Does nothing where it is there. */
  async mkdirs(path: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#ask('PUT', path, { op: 'MKDIRS' }, signal)
    if (!saysTrue(answer)) {
      throw new WebHdfsError(`MKDIRS ${path} was answered with false`, { outcome: 'answered', status: 200 })
    }
  }

  /** False: not moved, because the source or the target's folder is missing or the target exists; or moved already, by a call whose answer was lost. */
  async rename(path: string, to: string, signal: AbortSignal): Promise<boolean> {
    return saysTrue(await this.#ask('PUT', path, { op: 'RENAME', destination: to }, signal))
  }

  /** Deletes the file, or the folder with all it holds. False where there was nothing. */
  async delete(path: string, signal: AbortSignal): Promise<boolean> {
    return saysTrue(await this.#ask('DELETE', path, { op: 'DELETE', recursive: 'true' }, signal))
  }

  /** Undefined where there is nothing. */
  async status(path: string, signal: AbortSignal): Promise<FileStatus | undefined> {
    try {
      const answer = await this.#ask('GET', path, { op: 'GETFILESTATUS' }, signal)
      return fileStatus((jsonOf(answer) as { FileStatus: RawStatus }).FileStatus)
    } catch (error) {
      if (remedyFor(error) === 'missing') return undefined
      throw error
    }
  }

  /** The folder's entries, in pages as the server cuts them; empty where there is no folder. */
  async list(path: string, signal: AbortSignal): Promise<FileStatus[]> {
    const found: FileStatus[] = []
    for (let startAfter = ''; ; startAfter = found.at(-1)!.name) {
      const page = await this.#page(path, startAfter, signal)
      // HttpFS doesn't know startAfter and gives the whole folder each time.
      if (found.length > 0 && page.entries[0]?.name === found[0]!.name) return found
      found.push(...page.entries)
      if (page.remaining === 0 || page.entries.length === 0) return found
    }
  }

  /** The file's bytes. */
  async open(path: string, signal: AbortSignal): Promise<Buffer> {
    const answer = await this.#ask('GET', path, { op: 'OPEN', noredirect: 'true' }, signal)
    const location = this.#locationIn(answer)
    if (location === undefined) return answer.body
    return (await this.#send({ method: 'GET', url: location, signal }, `OPEN ${path}`)).body
  }

  /**
   * Writes a new file in a folder that must be there. Resolved means that the server has closed it; rejected leaves nothing, a part, or
   * (its answer being lost) the whole under that name. `lax` tells of a gateway that makes missing folders whatever it is asked.
   */
  async create(path: string, body: Body, signal: AbortSignal): Promise<{ readonly lax: boolean }> {
    const parameters = { op: 'CREATE', noredirect: 'true', overwrite: 'false', createparent: 'false' }
    const answer = await this.#ask('PUT', path, parameters, signal)
    const location = this.#locationIn(answer)
    if (location === undefined) {
      throw new WebHdfsError(`CREATE ${path} was not answered with a place to write to`, {
        outcome: 'answered',
        status: answer.status,
      })
    }
    await this.#send({ method: 'PUT', url: location, body, signal }, `CREATE ${path}`)
    return { lax: location.searchParams.get('data') === 'true' }
  }

  async #page(
    path: string,
    startAfter: string,
    signal: AbortSignal,
  ): Promise<{ entries: FileStatus[]; remaining: number }> {
    const parameters = { op: 'LISTSTATUS_BATCH', ...(startAfter === '' ? {} : { startAfter }) }
    try {
      const { DirectoryListing: listing } = jsonOf(
        await this.#ask('GET', path, parameters, signal),
      ) as RawListing
      return {
        entries: listing.partialListing.FileStatuses.FileStatus.map(fileStatus),
        remaining: listing.remainingEntries,
      }
    } catch (error) {
      if (remedyFor(error) === 'missing') return { entries: [], remaining: 0 }
      throw error
    }
  }

  async #ask(
    method: HttpRequest['method'],
    path: string,
    parameters: Parameters,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const { nameNodes } = this.#options
    const repeatable = method === 'GET' || method === 'DELETE'
    for (let tried = 1; ; tried++) {
      const url = this.#urlOf(nameNodes[this.#current % nameNodes.length]!, path, parameters)
      try {
        return await this.#send({ method, url, signal }, `${parameters['op']} ${path}`)
      } catch (error) {
        const lost = error instanceof WebHdfsError && error.outcome === 'unclear'
        if (remedyFor(error) !== 'elsewhere' && !lost) throw error
        this.#current++
        if (tried >= nameNodes.length || (lost && !repeatable)) throw error
      }
    }
  }

  async #send(request: HttpRequest, what: string): Promise<HttpResponse> {
    const answer = await this.#options.transport.send(request)
    if (answer.status >= 400) throw errorOfAnswer(what, answer.status, answer.body.toString())
    return answer
  }

  #urlOf(base: URL, path: string, parameters: Parameters): URL {
    const url = new URL(base)
    url.pathname += path.split('/').map(encodeURIComponent).join('/')
    url.searchParams.set('user.name', this.#options.user)
    if (this.#options.doAs !== undefined) url.searchParams.set('doas', this.#options.doAs)
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    return url
  }

  #locationIn(answer: HttpResponse): URL | undefined {
    const location = answer.location ?? locationInBody(answer.body)
    if (location === undefined) return undefined
    const url = new URL(location)
    const { dataHosts } = this.#options
    const allowed =
      dataHosts.length === 0 ||
      dataHosts.some((host) => url.hostname === host || (host.startsWith('.') && url.hostname.endsWith(host)))
    if (allowed && (url.protocol === 'http:' || url.protocol === 'https:')) return url
    throw new WebHdfsError(
      `The NameNode sends us to ${url.origin}, which webhdfs.data.hosts doesn't allow. Add the DataNode's host there.`,
      { outcome: 'answered', status: answer.status },
    )
  }
}

interface RawStatus {
  readonly pathSuffix: string
  readonly type: 'FILE' | 'DIRECTORY'
  readonly length: number
}

interface RawListing {
  readonly DirectoryListing: {
    readonly partialListing: { readonly FileStatuses: { readonly FileStatus: readonly RawStatus[] } }
    readonly remainingEntries: number
  }
}

function fileStatus(raw: RawStatus): FileStatus {
  return { name: raw.pathSuffix, type: raw.type, size: raw.length }
}

function saysTrue(answer: HttpResponse): boolean {
  return (jsonOf(answer) as { boolean?: boolean }).boolean === true
}

function jsonOf(answer: HttpResponse): unknown {
  try {
    return JSON.parse(answer.body.toString())
  } catch (cause) {
    // A proxy's page, or an answer that was cut.
    throw new WebHdfsError('An answer of WebHDFS is not JSON', {
      outcome: 'unclear',
      status: answer.status,
      cause,
    })
  }
}

function locationInBody(body: Buffer): string | undefined {
  if (body.length === 0 || body.length > 65_536 || body[0] !== 0x7b) return undefined
  try {
    const { Location: location } = JSON.parse(body.toString()) as { Location?: unknown }
    return typeof location === 'string' ? location : undefined
  } catch {
    return undefined
  }
}
