import { type Logger, wait } from '@sluice/template'
import { failpoint } from './failpoint.ts'
import { type RenameOutcome, renameOutcome } from './rename-outcome.ts'
import { retrying } from './retry.ts'
import { ownerMark } from './take-over.ts'
import type { Body } from './webhdfs/http-transport.ts'
import type { WebHdfsClient } from './webhdfs/webhdfs-client.ts'
import { remedyFor } from './webhdfs/webhdfs-error.ts'

/** Another task has taken the partition over: this one may write nothing more for it. */
export class FencedError extends Error {
  constructor(folder: string) {
    super(
      `Another task has taken over: the folder ${folder} is gone. This task stops; if two connectors write to the same ` +
        'topics.dir, give one of them another.',
    )
    this.name = 'FencedError'
  }
}

export interface FileToCommit {
  readonly body: Body
  /** The owner's folder. */
  readonly ownFolder: string
  /** The folder of the finished file. */
  readonly folder: string
  readonly name: string
}

export interface CommitTools {
  readonly client: Pick<WebHdfsClient, 'create' | 'status' | 'rename' | 'mkdirs'>
  readonly signal: AbortSignal
  readonly log: Logger
  readonly backoffMs: number
}

let uploads = 0

/** Writes the bytes to a temporary file until one is there in full, and returns its path. Each try has a name of its own. */
export async function upload(file: FileToCommit, tools: CommitTools): Promise<string> {
  const { client, signal } = tools
  const ensureOwned = async (): Promise<void> => {
    const mark = await retrying(
      'looking for our folder',
      () => client.status(`${file.ownFolder}/${ownerMark}`, signal),
      tools,
    )
    if (mark === undefined) throw new FencedError(file.ownFolder)
  }
  const attempt = async (): Promise<string | undefined> => {
    const path = `${file.ownFolder}/${file.name}.${uploads++}`
    try {
      const { lax } = await client.create(path, file.body, signal)
      if (lax) await ensureOwned()
    } catch (error) {
      if (remedyFor(error) !== 'missing') throw error
      await ensureOwned()
      return undefined
    }
    // A DataNode closes what it has as a complete file when a connection breaks: only the length tells.
    const written = await client.status(path, signal)
    return written?.size === file.body.size ? path : undefined
  }
  for (let delayMs = tools.backoffMs / 20; ; delayMs = Math.min(2 * delayMs, tools.backoffMs)) {
    const path = await retrying(`writing ${file.name}`, attempt, { ...tools, afterFailure: ensureOwned })
    failpoint('hdfs:after-upload')
    if (path !== undefined) return path
    tools.log.warn(
      { file: file.name, delayMs },
      'HDFS does not hold the whole of a file that was sent; it is sent again.',
    )
    await wait(delayMs, signal)
    await ensureOwned()
  }
}

/** Moves an uploaded file to its name, exactly once, whatever becomes of the answers. */
export async function commit(file: FileToCommit, temporary: string, tools: CommitTools): Promise<void> {
  const target = `${file.folder}/${file.name}`
  let source = temporary
  let occupied = false
  let folderMade = false
  for (let delayMs = tools.backoffMs / 20; ; delayMs = Math.min(2 * delayMs, tools.backoffMs)) {
    const outcome = await renameOnce(file, source, tools)
    if (outcome === 'done') break
    if (outcome === 'fenced') throw new FencedError(file.ownFolder)
    if (outcome === 'upload') source = await upload(file, tools)
    // Seen twice, since a rename under way may show both names once.
    if (outcome === 'occupied' && occupied) {
      throw new Error(
        `${target} exists already and isn't this task's: move it away, or write to another topics.dir.`,
      )
    }
    occupied = outcome === 'occupied'
    await retrying(`making ${file.folder}`, () => tools.client.mkdirs(file.folder, tools.signal), tools)
    // The first try of a partition finds no folder, which is made now. Whatever else stands in the way isn't to be asked without a pause.
    if (folderMade) await wait(delayMs, tools.signal)
    folderMade = true
  }
  failpoint('hdfs:after-rename')
}

async function renameOnce(file: FileToCommit, source: string, tools: CommitTools): Promise<RenameOutcome> {
  const { client, signal, log } = tools
  const target = `${file.folder}/${file.name}`
  failpoint('hdfs:before-rename')
  try {
    if (await client.rename(source, target, signal)) return 'done'
  } catch (error) {
    if (remedyFor(error) === 'never') throw error
    log.warn({ err: error }, `HDFS: the rename to ${file.name} has no clear outcome; looking for the file.`)
  }
  const look = (path: string): ReturnType<WebHdfsClient['status']> =>
    retrying(`looking for ${path}`, () => client.status(path, signal), tools)
  return renameOutcome({
    source: await look(source),
    target: await look(target),
    ownFolder: (await look(`${file.ownFolder}/${ownerMark}`)) !== undefined,
    expectedSize: file.body.size,
  })
}
