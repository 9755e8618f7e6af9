import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { acceptSink } from '@sluice/testkit'
import { type HttpFsServer, ownFolder, sharedServices, startHttpFs } from '@sluice/testkit/services'
import {
  batchOf,
  call,
  contextOf,
  eventually,
  type HdfsWorld,
  hdfsWorld,
  linesOf,
} from '../test/hdfs-world.ts'
import { startTlsHdfs, type TlsHdfs } from '../test/tls-hdfs.ts'
import { hdfsSink } from './hdfs-sink.ts'

const startMs = 240_000
const of = { topic: 'orders', partition: 0 }

describe('through HttpFS', () => {
  let gateway: HttpFsServer
  let user: string
  const makeWorld = (): HdfsWorld => hdfsWorld([gateway.url], user)
  beforeAll(async () => {
    const hdfs = await sharedServices().hdfs()
    user = hdfs.user
    gateway = await startHttpFs({ dir: ownFolder('httpfs'), hdfs })
  }, startMs)
  afterAll(() => gateway.stop(), startMs)

  it('an earlier owner can create nothing any more, though the gateway makes missing folders', async () => {
    const world = makeWorld()
    const settings = { 'flush.size': '10' }
    const zombie = await hdfsSink.open(contextOf(world, settings))
    await zombie.assigned!([of], { epoch: 1 })
    await zombie.put(batchOf(of, 0, 15), call)
    await eventually(async () => expect(await world.files(of)).toHaveLength(1))
    const heir = await hdfsSink.open(contextOf(world, settings))
    expect(await heir.assigned!([of], { epoch: 2 })).toEqual([{ ...of, offset: 10n }])
    await zombie.put(batchOf(of, 15, 5), call).catch(() => undefined)
    await eventually(async () => expect(zombie.tick!(call)).rejects.toThrow(/Another task has taken over/))
    await heir.put(batchOf(of, 10, 10), call)
    await heir.revoked!([of], { lost: false })
    await Promise.all([zombie.close!(), heir.close!()])
    expect(await world.lines(of)).toEqual(linesOf(0, 20))
    await world.dispose()
  })

  acceptSink({
    definition: hdfsSink,
    arrange: async () => {
      const world = makeWorld()
      return {
        settings: { ...world.settings, 'flush.size': '10' },
        read: () => world.lines({ topic: 'test', partition: 0 }),
        dispose: () => world.dispose(),
      }
    },
    record: (n) => ({ value: { id: n } }),
  })
})

describe('by TLS', () => {
  let tls: TlsHdfs
  const trusted = getCACertificates()
  beforeAll(async () => {
    tls = await startTlsHdfs()
  }, startMs)
  afterEach(() => setDefaultCACertificates(trusted))
  afterAll(() => tls.hdfs.stop(), startMs)

  it('files are written and read, the certificate being trusted', async () => {
    // What NODE_EXTRA_CA_CERTS does at the start of a process.
    setDefaultCACertificates([...trusted, tls.certificate])
    const world = hdfsWorld([tls.hdfs.url], tls.hdfs.user)
    const task = await hdfsSink.open(contextOf(world, { 'webhdfs.url': tls.url, 'flush.size': '1000' }))
    await task.assigned!([of], { epoch: 1 })
    await task.put(batchOf(of, 0, 2500), call)
    await task.revoked!([of], { lost: false })
    await task.close!()
    expect(await world.lines(of)).toEqual(linesOf(0, 2500))
    await world.dispose()
  })

  it('nothing is sent to a server whose certificate is not trusted', async () => {
    const world = hdfsWorld([tls.hdfs.url], tls.hdfs.user)
    const { config } = contextOf(world, { 'webhdfs.url': tls.url })
    expect(await hdfsSink.check!(config, call)).toMatchObject([
      { field: 'storeUrl', message: expect.stringMatching(/self-signed certificate/) },
    ])
    world.close()
  })
})
