import { ownFolder, sharedServices } from './shared-services.ts'
import { type HttpFsServer, startHttpFs } from './httpfs.ts'

describe('HttpFS', () => {
  let gateway: HttpFsServer
  let user: string
  beforeAll(async () => {
    const hdfs = await sharedServices().hdfs()
    user = hdfs.user
    gateway = await startHttpFs({ dir: ownFolder('httpfs'), hdfs })
  }, 180_000)
  afterAll(() => gateway.stop(), 60_000)

  it('serves files of the HDFS behind it, and is found running by a second start', async () => {
    const hdfs = await sharedServices().hdfs()
    const again = await startHttpFs({ dir: gateway.dir, hdfs })
    expect(again.url).toBe(gateway.url)
    const answer = await fetch(`${gateway.url}/webhdfs/v1/?op=GETHOMEDIRECTORY&user.name=${user}`)
    expect(await answer.json()).toEqual({ Path: `/user/${user}` })
  })
})
