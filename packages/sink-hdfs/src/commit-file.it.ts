import { memoryLogger } from '@sluice/testkit'
import { sharedServices } from '@sluice/testkit/services'
import { call, type HdfsWorld, hdfsWorld } from '../test/hdfs-world.ts'
import { type NameNodeProxy, nameNodeProxy } from '../test/name-node-proxy.ts'
import { commit, type CommitTools, FencedError, type FileToCommit, upload } from './commit-file.ts'
import { takeOver } from './take-over.ts'

const of = { topic: 't', partition: 0 }
const name = 't+0+0000000000+0000000000.json'
const bytes = Buffer.from('{"id":0}\n')

describe('the commit of a file', () => {
  let world: HdfsWorld
  let url: string
  let user: string
  const cleanUps: (() => unknown)[] = []
  beforeEach(async () => {
    const hdfs = await sharedServices().hdfs()
    url = hdfs.url
    user = hdfs.user
    world = hdfsWorld([url], user)
  }, 180_000)
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp()
    await world.dispose()
  })

  const throughProxy = async (): Promise<{ proxy: NameNodeProxy; through: HdfsWorld }> => {
    const proxy = await nameNodeProxy(url)
    const through = hdfsWorld([proxy.url], user)
    cleanUps.push(
      () => through.close(),
      () => proxy.close(),
    )
    return { proxy, through }
  }

  const owner = async (as: HdfsWorld): Promise<FileToCommit> => {
    const layout = { folderOfTopics: () => `${world.root}/topics`, zeroPadWidth: 10, extension: '.json' }
    const { folder: ownFolder } = await takeOver(as.client, { layout, of }, call.signal)
    const body = { size: bytes.length, chunks: () => [bytes] }
    return { body, ownFolder, folder: `${world.root}/topics/t/partition=0`, name }
  }
  const toolsOf = (client: HdfsWorld['client']): CommitTools => ({
    client,
    signal: call.signal,
    log: memoryLogger(),
    backoffMs: 200,
  })

  it.each(['RENAME', 'GETFILESTATUS', 'CREATE', 'MKDIRS'])(
    'happens once though the answer to a %s is lost',
    async (op) => {
      const { proxy, through } = await throughProxy()
      const file = await owner(through)
      proxy.loseAnswerTo(op)
      const tools = toolsOf(through.client)
      await commit(file, await upload(file, tools), tools)
      expect(await world.files(of)).toMatchObject([{ name, lines: ['{"id":0}'] }])
    },
  )

  it('is refused to an owner whose file waits for its name while another takes over', async () => {
    const file = await owner(world)
    const tools = toolsOf(world.client)
    const temporary = await upload(file, tools)
    await owner(world)
    await expect(commit(file, temporary, tools)).rejects.toThrow(FencedError)
    expect(await world.files(of)).toEqual([])
  })

  it('is refused to an owner who begins to write after another took over', async () => {
    const file = await owner(world)
    await owner(world)
    await expect(upload(file, toolsOf(world.client))).rejects.toThrow(FencedError)
  })

  it('is refused to a deposed owner also by a gateway that makes missing folders', async () => {
    const { proxy, through } = await throughProxy()
    proxy.makeFolders()
    const file = await owner(through)
    const tools = toolsOf(through.client)
    await expect(upload(file, tools)).resolves.toMatch(file.ownFolder)
    await owner(world)
    await expect(upload(file, tools)).rejects.toThrow(FencedError)
    // The gateway has brought the folder back: it is the mark in it that is missing.
    expect(await world.client.status(file.ownFolder, call.signal)).toBeDefined()
  })

  it('does not replace a file of that name', async () => {
    const first = await owner(world)
    const tools = toolsOf(world.client)
    await commit(first, await upload(first, tools), tools)
    const second = { ...(await owner(world)), body: { size: 2, chunks: () => [Buffer.from('x\n')] } }
    await expect(commit(second, await upload(second, tools), tools)).rejects.toThrow(/exists already/)
    expect(await world.lines(of)).toEqual(['{"id":0}'])
  })

  it('sends a file again of which only a part was taken as the whole', async () => {
    const file = await owner(world)
    const { client } = world
    const parts = [{ size: 3, chunks: () => [bytes.subarray(0, 3)] }]
    const tools = {
      ...toolsOf(client),
      client: {
        create: (...[path, body, signal]: Parameters<typeof client.create>) =>
          client.create(path, parts.pop() ?? body, signal),
        status: client.status.bind(client),
        rename: client.rename.bind(client),
        mkdirs: client.mkdirs.bind(client),
      },
    }
    await commit(file, await upload(file, tools), tools)
    expect(await world.lines(of)).toEqual(['{"id":0}'])
  })

  it('sends a file again whose connection broke in the middle', async () => {
    const file = await owner(world)
    const tools = toolsOf(world.client)
    let tries = 0
    const broken = async function* (): AsyncIterable<Uint8Array> {
      yield bytes.subarray(0, 3)
      if (tries++ === 0) throw new Error('the disk is gone for a moment')
      yield bytes.subarray(3)
    }
    const body = { size: bytes.length, chunks: broken }
    await commit({ ...file, body }, await upload({ ...file, body }, tools), tools)
    expect(await world.lines(of)).toEqual(['{"id":0}'])
    expect(tries).toBe(2)
  })
})
