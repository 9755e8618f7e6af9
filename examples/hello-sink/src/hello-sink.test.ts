import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { acceptSink } from '@sluice/testkit'
import { helloSink } from './hello-sink.ts'

acceptSink(
  {
    definition: helloSink,
    record: (n) => ({ value: `hello ${n}` }),
    arrange: async () => {
      const dir = await mkdtemp(join(tmpdir(), 'hello-sink-'))
      return {
        settings: { dir },
        read: async () => {
          const names = (await readdir(dir)).toSorted()
          return Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')))
        },
        dispose: () => rm(dir, { recursive: true }),
      }
    },
  },
  { describe, it },
)
