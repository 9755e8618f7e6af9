import { open } from 'node:fs/promises'

/** Where lines go. */
export interface LineOutput {
  write(lines: string): Promise<void>
  /** Makes what was written durable. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Appends to a file, which is made where it isn't there. */
export async function appendTo(path: string): Promise<LineOutput> {
  const file = await open(path, 'a').catch((cause: Error) => {
    throw new Error(`The file ${path} can't be opened to append to: ${cause.message}`, { cause })
  })
  return {
    write: (lines) => file.appendFile(lines),
    async sync() {
      await file.datasync().catch((error: NodeJS.ErrnoException) => {
        // pipes and devices keep nothing
        if (error.code !== 'EINVAL' && error.code !== 'ENOTSUP') throw error
      })
    },
    close: () => file.close(),
  }
}

/** The worker's own; it stays open. */
export function standardOutput(): LineOutput {
  return {
    write: (lines) =>
      new Promise((resolve, reject) => {
        process.stdout.write(lines, (error) => (error ? reject(error) : resolve()))
      }),
    sync: async () => {},
    close: async () => {},
  }
}
