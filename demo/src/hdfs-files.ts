import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Tally } from './table.ts'

/** The files of one topic in HDFS, asked by WebHDFS. */
export class FlightsFiles {
  readonly #url: string
  readonly #user: string
  readonly #folder: string

  constructor(hdfs: { url: string; user: string }, folder: string) {
    this.#url = `${hdfs.url}/webhdfs/v1`
    this.#user = hdfs.user
    this.#folder = folder
  }

  /** Lines by the offset ranges that the names of finished files say. */
  async count(): Promise<number> {
    const ranges = (await this.#files()).map((path) => /\+(\d+)\+(\d+)\.\w+$/.exec(path))
    return ranges.reduce((sum, range) => sum + (range ? Number(range[2]) - Number(range[1]) + 1 : 0), 0)
  }

  /** Reads every line of every file. */
  async tally(): Promise<Tally & { readonly files: number }> {
    const seen = { count: 0, sum: 0 }
    const files = await this.#files()
    for (const path of files) {
      for await (const line of await this.#lines(path)) {
        seen.count++
        seen.sum += (JSON.parse(line) as { distance: number }).distance
      }
    }
    return { ...seen, files: files.length }
  }

  async #files(folder = this.#folder): Promise<string[]> {
    const response = await this.#ask(folder, 'LISTSTATUS')
    if (response.status === 404) return []
    const listing = (await response.json()) as {
      FileStatuses: { FileStatus: { pathSuffix: string; type: string }[] }
    }
    const found = listing.FileStatuses.FileStatus.map(async ({ pathSuffix, type }) => {
      const path = `${folder}/${pathSuffix}`
      return type === 'DIRECTORY' ? this.#files(path) : [path]
    })
    return (await Promise.all(found)).flat()
  }

  async #lines(path: string): Promise<AsyncIterable<string>> {
    const { body } = await this.#ask(path, 'OPEN')
    return createInterface({ input: Readable.fromWeb(body as never), crlfDelay: Infinity })
  }

  async #ask(path: string, op: string): Promise<Response> {
    const response = await fetch(`${this.#url}${encodeURI(path)}?op=${op}&user.name=${this.#user}`)
    if (!response.ok && response.status !== 404) {
      throw new Error(`HDFS answered ${response.status} to ${op} ${path}: ${await response.text()}`)
    }
    return response
  }
}
