import { type HdfsPair, startHdfsPair } from './hdfs-pair.ts'
import { ownFolder } from './shared-services.ts'
import { webHdfs } from './web-hdfs.it.helper.ts'

const timeoutMs = 240_000

describe('a pair of NameNodes', () => {
  let pair: HdfsPair

  beforeAll(async () => {
    pair = await startHdfsPair({ dir: ownFolder('hdfs-pair') })
  }, timeoutMs)

  afterAll(() => pair.stop(), timeoutMs)

  it('serves by the first; the second says that it stands by', async () => {
    expect((await pair.active()).id).toBe('nn1')
    await webHdfs(pair.urls[0], pair.user).write('/kept.txt', 'some text')
    await expect(webHdfs(pair.urls[1], pair.user).list('/')).rejects.toThrow(/403.*StandbyException/)
  })

  it(
    'fails over in order',
    async () => {
      await pair.failover()
      expect((await pair.active()).id).toBe('nn2')
      expect(await webHdfs(pair.urls[1], pair.user).read('/kept.txt')).toBe('some text')
    },
    timeoutMs,
  )

  it(
    'fails over from a NameNode that was killed, which comes back to stand by',
    async () => {
      await pair.nameNodes[1].kill()
      await expect(pair.active()).rejects.toThrow('no NameNode is active: nn1 is standby, nn2 is down')
      await pair.failover()
      expect((await pair.active()).id).toBe('nn1')
      await pair.nameNodes[1].start()
      expect((await pair.active()).id).toBe('nn1')
      expect(await webHdfs(pair.urls[0], pair.user).read('/kept.txt')).toBe('some text')
    },
    timeoutMs,
  )

  it(
    'has an active NameNode again after all was killed and started',
    async () => {
      await pair.kill()
      await pair.start()
      expect(await webHdfs((await pair.active()).url, pair.user).read('/kept.txt')).toBe('some text')
    },
    timeoutMs,
  )
})
