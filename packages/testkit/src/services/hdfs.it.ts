import { type HdfsServer, startHdfs } from './hdfs.ts'
import { ownFolder } from './shared-services.ts'
import { eventually } from './waiting.ts'
import { webHdfs } from './web-hdfs.it.helper.ts'

const timeoutMs = 240_000

/** On a busy machine a DataNode is late with its heartbeats, and taken for dead until the next one. */
const patience = { everyMs: 250, deadlineMs: 60_000 }

describe('HDFS', () => {
  let hdfs: HdfsServer

  beforeAll(async () => {
    hdfs = await startHdfs({ dir: ownFolder('hdfs') })
  }, timeoutMs)

  afterAll(() => hdfs.stop(), timeoutMs)

  it(
    'keeps a file through a kill of both servers and a start',
    async () => {
      const files = webHdfs(hdfs.url, hdfs.user)
      await files.write('/kept.txt', 'some text')
      await hdfs.kill()
      expect(hdfs.running()).toBe(false)
      await hdfs.start()
      expect(await eventually(() => files.read('/kept.txt'), patience)).toBe('some text')
    },
    timeoutMs,
  )

  it(
    'lists files but stores none while only the DataNode is away',
    async () => {
      const files = webHdfs(hdfs.url, hdfs.user)
      await hdfs.dataNode.stop()
      expect(hdfs.nameNode.pid()).toBeDefined()
      expect(await files.list('/')).toContain('kept.txt')
      await expect(files.write('/refused.txt', 'x')).rejects.toThrow()
      await hdfs.dataNode.start()
      await eventually(() => files.write('/stored.txt', 'x'), patience)
      expect(await eventually(() => files.read('/stored.txt'), patience)).toBe('x')
    },
    timeoutMs,
  )

  it(
    'serves again once the NameNode alone was killed and started',
    async () => {
      await hdfs.nameNode.kill()
      expect(hdfs.dataNode.pid()).toBeDefined()
      await hdfs.start()
      // the DataNode finds out only now that its connection to the NameNode is dead: 403 EOFException, once
      const read = () => webHdfs(hdfs.url, hdfs.user).read('/stored.txt')
      expect(await eventually(read, patience)).toBe('x')
    },
    timeoutMs,
  )
})
