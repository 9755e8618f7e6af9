import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acceptSink, acceptSource } from '@sluice/testkit'
import { fileStreamSink, fileStreamSource } from './index.ts'

const lineEnds = ['\n', '\r\n', '\r']

acceptSource({
  definition: fileStreamSource,
  async arrange(records) {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-file-'))
    const file = join(folder, 'lines.txt')
    const lines = Array.from({ length: records }, (_, n) => `lïne ${n}${lineEnds[n % 3]}`)
    await writeFile(file, `${lines.join('')}without an end`)
    return { settings: { file, topic: 'lines' }, dispose: () => rm(folder, { recursive: true }) }
  },
})

acceptSink({
  definition: fileStreamSink,
  twice: 'repeats',
  record: (n) => ({ value: `line ${n}` }),
  async arrange() {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-file-'))
    const file = join(folder, 'lines.txt')
    return {
      settings: { file },
      async read() {
        const text = await readFile(file, 'utf8')
        return text.split('\n').slice(0, -1)
      },
      dispose: () => rm(folder, { recursive: true }),
    }
  },
})
