import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastLines } from './log-tail.ts'

describe('the tail of a log', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-log-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('names the log and shows its end', async () => {
    const path = join(dir, 'a.log')
    await writeFile(path, 'one\ntwo\nthree\n')
    expect(await lastLines(path, { lines: 2 })).toBe(`Log: ${path}\n  | two\n  | three`)
    expect(await lastLines(path, { bytes: 4 })).toBe(`Log: ${path}\n  | ree`)
  })

  it('says so where there is none', async () => {
    expect(await lastLines(join(dir, 'missing.log'))).toContain("can't be read: ENOENT")
  })
})
