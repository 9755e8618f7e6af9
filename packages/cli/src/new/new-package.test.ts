import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newPackage } from './new-package.ts'

describe('newPackage', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-new-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  it('makes a connector with its suite, an example and a README, under its own name', async () => {
    const said = await newPackage({ kind: 'source', name: 'daily-weather', dir: join(dir, 'w') })
    expect(said).toContain('npm test')
    expect((await readdir(join(dir, 'w', 'src'))).toSorted()).toEqual([
      'daily-weather.test.ts',
      'daily-weather.ts',
    ])
    const source = await readFile(join(dir, 'w', 'src', 'daily-weather.ts'), 'utf8')
    expect(source).toContain("export const dailyWeatherSource = defineSource({\n  name: 'daily-weather',")
    expect(await readFile(join(dir, 'w', 'example', 'connector.json'), 'utf8')).toContain(
      '"connector.class": "daily-weather"',
    )
    const { name, exports } = JSON.parse(await readFile(join(dir, 'w', 'package.json'), 'utf8'))
    expect([name, exports]).toEqual(['sluice-source-daily-weather', './src/daily-weather.ts'])
  })

  it('uses the packages of the clone that it is made from, whatever is published', async () => {
    await newPackage({ kind: 'sink', name: 'x', dir: join(dir, 'x') })
    const { dependencies, scripts } = JSON.parse(await readFile(join(dir, 'x', 'package.json'), 'utf8'))
    const template = dependencies['@sluice/template'].replace(/^file:/, '')
    expect(await readdir(template)).toContain('package.json')
    expect(scripts.test).toBe('node --conditions=source --test')
  })

  it('writes over nothing', async () => {
    await writeFile(join(dir, 'mine.txt'), 'x')
    await expect(newPackage({ kind: 'sink', name: 'x', dir })).rejects.toThrow('is not empty')
  })

  it('says what is wrong with a kind or a name', async () => {
    await expect(newPackage({ kind: 'sauce', name: 'x', dir })).rejects.toThrow(
      'choose one of source, sink, transform',
    )
    await expect(newPackage({ kind: 'sink', name: '../x', dir })).rejects.toThrow("can't be a name")
  })
})
