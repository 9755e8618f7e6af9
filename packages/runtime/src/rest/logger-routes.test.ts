import { loggerNames } from '../telemetry/leveled-logger.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { restScene } from './testing/rest-scene.ts'

describe('/admin/loggers', () => {
  it('shows levels, and sets them for good', async () => {
    const lines: string[] = []
    const logger = {
      ...silentLogger,
      info: (_: object, message: string) => void lines.push(message),
      child: () => logger,
    }
    await using scene = await restScene({ plugins: [], logger })
    expect((await scene.call('GET', '/admin/loggers')).body).toEqual({
      [loggerNames.worker]: { level: 'INFO', last_modified: null },
      root: { level: 'INFO', last_modified: null },
    })
    expect(
      await scene.call('PUT', '/admin/loggers/org.apache.kafka.connect', { level: 'warn' }),
    ).toMatchObject({
      status: 200,
      body: ['org.apache.kafka.connect', loggerNames.worker],
    })
    expect((await scene.call('GET', `/admin/loggers/${loggerNames.worker}`)).body).toEqual({
      level: 'WARN',
      last_modified: expect.any(Number),
    })
    const before = lines.length
    await scene.worker.stop()
    expect(lines).toHaveLength(before)
    expect(await scene.call('PUT', '/admin/loggers/root?scope=cluster', { level: 'ERROR' })).toMatchObject({
      status: 204,
      body: undefined,
    })
    expect((await scene.call('GET', '/admin/loggers/ROOT')).body).toMatchObject({ level: 'ERROR' })
  })

  it('refuses what is no level or no logger', async () => {
    await using scene = await restScene({ plugins: [] })
    for (const [body, status, message] of [
      [{}, 400, "Desired 'level' parameter was not specified in request."],
      [{ level: null }, 400, "Desired 'level' parameter was not specified in request."],
      [[], 400, "Desired 'level' parameter was not specified in request."],
      [{ level: 'LOUD' }, 404, "invalid log level 'LOUD'."],
      [{ level: 5 }, 404, "invalid log level '5'."],
      [{ level: { a: 'b' } }, 404, expect.stringContaining('invalid log level')],
    ] as const) {
      expect(await scene.call('PUT', '/admin/loggers/root', body)).toMatchObject({
        status,
        body: { error_code: status, message },
      })
    }
    expect(await scene.call('GET', '/admin/loggers/none')).toMatchObject({
      status: 404,
      body: { message: 'Logger none not found.' },
    })
  })
})

describe('/health', () => {
  it('says when the worker is ready', async () => {
    let isReady = false
    await using scene = await restScene({ plugins: [] }, { ready: () => isReady })
    expect(await scene.call('GET', '/health')).toMatchObject({
      status: 503,
      body: { status: 'starting', message: 'Worker is still starting up.' },
    })
    isReady = true
    expect(await scene.call('GET', '/health')).toMatchObject({ status: 200, body: { status: 'healthy' } })
  })

  it('says what is wrong with a worker of a cluster, for which one waits as long as in Kafka Connect', async () => {
    await using scene = await restScene({ plugins: [] })
    const asked: unknown[] = []
    scene.worker.connectors.health = async (call) => {
      asked.push(call)
      return { status: 'unhealthy', detail: 'It has no seat.' }
    }
    expect(await scene.call('GET', '/health')).toMatchObject({
      status: 500,
      body: {
        status: 'unhealthy',
        message:
          'Worker was unable to handle this request and may be unable to handle other requests. It has no seat.',
      },
    })
    expect(asked).toEqual([{ timeoutMs: 10_000 }])
  })
})
