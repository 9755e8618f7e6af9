import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readState, writeState } from './state-file.ts'

describe('a state file', () => {
  let dir: string
  let path: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-state-'))
    path = join(dir, 'below', 'state.json')
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('holds what was written last, and leaves nothing beside it', async () => {
    await writeState(path, { ports: [1, 2] })
    await writeState(path, { ports: [3], name: 'ä' })
    expect(await readState(path)).toEqual({ ports: [3], name: 'ä' })
    expect(await readdir(join(dir, 'below'))).toEqual(['state.json'])
  })

  it('is undefined before the first write', async () => {
    expect(await readState(path)).toBeUndefined()
  })

  it('is refused by name where a value was changed or its end is missing', async () => {
    await writeState(path, { port: 20_001 })
    const text = await readFile(path, 'utf8')
    for (const damaged of [text.replace('20001', '20002'), text.slice(0, -10), '', 'null']) {
      await writeFile(path, damaged)
      await expect(readState(path)).rejects.toThrow(`${path} is damaged`)
    }
  })
})
