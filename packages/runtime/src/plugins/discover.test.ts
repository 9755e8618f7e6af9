import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installedPlugins, pluginPathContent } from './discover.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-plugins-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function addPackage(at: string, name: string): Promise<void> {
  await mkdir(join(folder, at), { recursive: true })
  await writeFile(
    join(folder, at, 'package.json'),
    JSON.stringify({ name, exports: './index.js', type: 'module' }),
  )
  await writeFile(join(folder, at, 'index.js'), '')
}

describe('plug-ins that are installed', () => {
  it('are known by their names, in every node_modules above, nearest first', async () => {
    const names = [
      '@sluice/source-near',
      'sluice-sink-x',
      '@acme/sluice-transform-y',
      '@sluice/runtime',
      'source-no',
      '@acme/sink-no',
    ]
    for (const name of names) await addPackage(`app/node_modules/${name}`, name)
    await addPackage('node_modules/sluice-source-far', 'sluice-source-far')
    const found = await installedPlugins(join(folder, 'app'))
    expect(found.toSorted()).toEqual([
      '@acme/sluice-transform-y',
      '@sluice/source-near',
      'sluice-sink-x',
      'sluice-source-far',
    ])
    expect(found.at(-1)).toBe('sluice-source-far')
  })
})

describe('plugin.path', () => {
  it('names modules, packages, and folders of both', async () => {
    await addPackage('lib/one', 'one')
    await writeFile(join(folder, 'lib/two.mjs'), '')
    await writeFile(join(folder, 'lib/notes.txt'), '')
    const { specifiers, warnings } = await pluginPathContent(['lib', 'lib/one', './lib/two.mjs'], folder)
    const one = join(folder, 'lib/one/index.js')
    const two = join(folder, 'lib/two.mjs')
    expect(specifiers.toSorted()).toEqual([one, one, two, two].toSorted())
    expect(warnings).toEqual([])
  })

  it('warns of what holds nothing for Node', async () => {
    await mkdir(join(folder, 'java'))
    await writeFile(join(folder, 'java/connector.jar'), '')
    const { specifiers, warnings } = await pluginPathContent(['java', '/does/not/exist'], folder)
    expect(specifiers).toEqual([])
    expect(warnings).toEqual([
      'plugin.path has java, which holds no plug-in for Node.',
      'plugin.path has /does/not/exist, which holds no plug-in for Node.',
    ])
  })
})
