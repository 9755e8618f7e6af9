import { RetriableError } from '@sluice/template'
import { batch, consumedOf, openHarness, record } from './testing/harness.ts'
import { type FakeItem, fakeServer } from './testing/fake-server.ts'

const settings = {
  'connection.url': 'http://fake:9200',
  'retry.backoff.ms': '1',
  'retry.backoff.max.ms': '2',
}
const pushedBack: FakeItem = {
  status: 429,
  error: { type: 'es_rejected_execution_exception', reason: 'full' },
}
const broken: FakeItem = { status: 400, error: { type: 'document_parsing_exception', reason: 'no number' } }
const written: FakeItem = { status: 201 }
const { signal } = new AbortController()

function records(count: number) {
  return Array.from({ length: count }, (_, i) => record('t', i))
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('the task over a faulty server', () => {
  it('sends again the item that was pushed back, and only that one', async () => {
    const server = fakeServer((actions, request) =>
      actions.map(({ id }) => (id === 'k1' && request < 4 ? pushedBack : written)),
    )
    const harness = await openHarness(settings, server)
    await harness.write(records(3))
    await harness.task.close!()
    expect(server.idsIn()).toEqual([['k0', 'k1', 'k2'], ['k1'], ['k1'], ['k1']])
    expect(harness.rejected).toEqual([])
    expect(harness.figures.get('documents_retried_total')).toBe(3)
  })

  it('repeats a whole request that was refused or cut', async () => {
    const server = fakeServer((actions, request) => {
      if (request === 1)
        return { kind: 'refused', status: 429, errorType: 'es_rejected_execution_exception', reason: '' }
      if (request === 2) return { kind: 'refused', status: 502, errorType: '', reason: '' }
      if (request === 3) return { kind: 'unreachable', error: new Error('socket hang up') }
      if (request === 4) return { kind: 'ok', body: { items: [] } }
      return actions.map(() => written)
    })
    const harness = await openHarness(settings, server)
    await harness.write(records(2))
    await harness.task.close!()
    expect(server.idsIn()).toEqual(Array.from({ length: 5 }, () => ['k0', 'k1']))
  })

  it('sets aside the bad document of a refused request, found by halving', async () => {
    const server = fakeServer((actions) =>
      actions.some(({ id }) => id === 'k5')
        ? { kind: 'refused', status: 400, errorType: 'action_request_validation_exception', reason: 'k5' }
        : actions.map(() => written),
    )
    const harness = await openHarness(settings, server)
    await harness.write(records(8))
    await harness.task.close!()
    expect(harness.rejected.map(({ offset }) => offset)).toEqual([5])
    expect(harness.figures.get('documents_indexed_total')).toBe(7)
  })

  it('commits only up to the first record that is under way', async () => {
    let release = (): void => {}
    const slow = new Promise<void>((resolve) => {
      release = resolve
    })
    const server = fakeServer(async (actions) => {
      if (actions.some(({ id }) => id === 'k2')) await slow
      return { kind: 'ok', body: { items: actions.map(() => ({ index: written })) } }
    })
    const harness = await openHarness({ ...settings, 'batch.size': '1', 'flush.timeout.ms': '30' }, server)
    await harness.task.put(batch(records(4)), { signal })
    await harness.task.flush!({ signal })
    const early = await harness.task.preCommit!(consumedOf(records(4)), { signal })
    release()
    await harness.task.flush!({ signal })
    const late = await harness.task.preCommit!(consumedOf(records(4)), { signal })
    await harness.task.close!()
    expect([...early, ...late].map(({ offset }) => offset)).toEqual([2n, 4n])
  })

  it('fills requests by count, by bytes and keeps so many in flight', async () => {
    const server = fakeServer(async (actions) => {
      await new Promise((resolve) => setImmediate(resolve))
      return { kind: 'ok', body: { items: actions.map(() => ({ index: written })) } }
    })
    const harness = await openHarness(
      { ...settings, 'batch.size': '10', 'max.in.flight.requests': '3' },
      server,
    )
    await harness.write(records(95))
    await harness.task.close!()
    expect(server.bulks.map((bulk) => bulk.length)).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 10, 5])
    expect(server.mostInFlight()).toBe(3)

    const small = fakeServer()
    const byBytes = await openHarness({ ...settings, 'bulk.size.bytes': '300' }, small)
    await byBytes.write(records(10))
    await byBytes.task.close!()
    expect(Math.max(...small.bulks.map((bulk) => bulk.length))).toBeLessThan(4)
  })

  it('sends one request at a time to a server that pushes back, and more again when it recovers', async () => {
    let calls = 0
    const server = fakeServer((actions) => {
      calls++
      return actions.map(() => (calls < 20 ? pushedBack : written))
    })
    const harness = await openHarness({ ...settings, 'batch.size': '1' }, server)
    await harness.write(records(100))
    await harness.task.close!()
    expect(harness.rejected).toEqual([])
    expect(harness.figures.get('documents_indexed_total')).toBe(100)
    expect(harness.figures.get('bulk_in_flight_limit')).toBe(5)
  })

  it('takes no more records than the buffer holds until there is room, and nothing of a call that gives way', async () => {
    let release = (): void => {}
    const blocked = new Promise<void>((resolve) => {
      release = resolve
    })
    const server = fakeServer(async (actions) => {
      await blocked
      return { kind: 'ok', body: { items: actions.map(() => ({ index: written })) } }
    })
    const harness = await openHarness({ ...settings, 'max.buffered.records': '5' }, server)
    await harness.task.put(batch(records(5)), { signal })
    const giveWay = new AbortController()
    const pending = harness.task.put(batch([record('t', 5)]), { signal: giveWay.signal })
    giveWay.abort(new Error('rebalance'))
    await expect(pending).rejects.toThrow('rebalance')
    const second = harness.task.put(batch([record('t', 6)]), { signal })
    release()
    await second
    await harness.task.flush!({ signal })
    await harness.task.close!()
    expect(server.idsIn().flat()).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k6'])
  })

  it.each([
    // What one stuck record keeps is its whole batch, and the place of each settled record behind it.
    ['batches that stuck records keep', 5, 20],
    ['records behind a stuck one', 1, 100],
  ])('takes no more while memory would grow: %s', async (_what, stuckIn, most) => {
    let stuck = true
    const server = fakeServer((actions) =>
      actions.map(({ id }) => (id === 'k0' && stuck ? pushedBack : written)),
    )
    const harness = await openHarness({ ...settings, 'max.buffered.records': '10' }, server)
    let taken = 0
    let bulksThen = 0
    const load = async (): Promise<void> => {
      for (let start = 0; start < 400; start += 5) {
        const isStuck = start === 0 || (stuckIn === 5 && start < 200)
        const part = [0, 1, 2, 3, 4].map((i) =>
          record('t', start + i, isStuck && i === 0 ? { key: 'k0' } : {}),
        )
        await harness.task.put(batch(part), { signal })
        taken = start + 5
        bulksThen = server.bulks.length
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
    const loading = load()
    await until(() => taken === 400 || server.bulks.length > bulksThen + 30)
    expect(taken).toBeLessThanOrEqual(most + 5)
    stuck = false
    await loading
    await harness.task.flush!({ signal })
    await harness.task.close!()
    expect(harness.figures.get('documents_indexed_total')).toBe(400)
  })

  it('goes on with other documents while an index takes none', async () => {
    let isBlocked = true
    const blocked: FakeItem = { status: 429, error: { type: 'cluster_block_exception', reason: 'disk' } }
    const server = fakeServer((actions) =>
      actions.map(({ resource }) => (resource === 'full' && isBlocked ? blocked : written)),
    )
    const harness = await openHarness({ ...settings, 'batch.size': '10' }, server)
    const full = Array.from({ length: 60 }, (_, i) => record('full', i))
    await harness.task.put(batch(full), { signal })
    await harness.task.put(batch(Array.from({ length: 200 }, (_, i) => record('free', i))), { signal })
    await until(() => harness.figures.get('documents_indexed_total') === 200)
    expect(harness.figures.get('bulk_in_flight_limit')).toBe(5)
    expect(await harness.task.preCommit!(consumedOf(full), { signal })).toMatchObject([{ offset: 0n }])
    isBlocked = false
    await harness.task.flush!({ signal })
    await harness.task.close!()
    expect(harness.figures.get('documents_indexed_total')).toBe(260)
  })

  it('keeps unversioned writes of one document one after another', async () => {
    const server = fakeServer()
    const harness = await openHarness({ ...settings, 'write.method': 'UPSERT' }, server)
    const same = [0, 1, 2].map((offset) => record('t', offset, { key: 'a' }))
    await harness.write([...same, record('t', 3, { key: 'b' })])
    await harness.task.close!()
    expect(server.idsIn()).toEqual([['a', 'b'], ['a'], ['a']])
    expect(
      server.bulks
        .flat()
        .filter(({ id }) => id === 'a')
        .map(({ document }) => document),
    ).toEqual([0, 1, 2].map((n) => ({ doc: { n }, doc_as_upsert: true })))
  })

  it('sends versioned writes of one document together, but a delete only behind them', async () => {
    const server = fakeServer()
    const harness = await openHarness(settings, server)
    const values = [{ n: 0 }, { n: 1 }, null, { n: 3 }, { n: 4 }]
    await harness.write(values.map((value, offset) => record('t', offset, { key: 'a', value })))
    await harness.task.close!()
    expect(server.bulks.map((bulk) => bulk.map(({ kind }) => kind))).toEqual([
      ['index', 'index'],
      ['delete', 'index', 'index'],
    ])
  })

  it.each([
    ['fail', [1], 0],
    ['warn', [1], 1],
    ['ignore', [1], 0],
  ])(
    'with behavior.on.malformed.documents=%s sets a bad document aside where that is tolerated',
    async (behavior, offsets, warnings) => {
      const server = fakeServer((actions) => actions.map(({ id }) => (id === 'k1' ? broken : written)))
      const harness = await openHarness({ ...settings, 'behavior.on.malformed.documents': behavior }, server)
      const committed = await harness.write(records(3))
      await harness.task.close!()
      expect(harness.rejected.map(({ offset }) => offset)).toEqual(offsets)
      expect(committed).toMatchObject([{ offset: 3n }])
      expect(harness.lines.filter(({ level }) => level === 'warn')).toHaveLength(warnings)
    },
  )

  it('ends with a bad document where nothing is tolerated, unless told to leave it out', async () => {
    const server = fakeServer((actions) => actions.map(({ id }) => (id === 'k1' ? broken : written)))
    const strict = await openHarness(settings, { ...server, tolerate: false })
    await expect(strict.write(records(3))).rejects.toThrow('document_parsing_exception: no number')
    await expect(strict.task.tick!({ signal })).rejects.toThrow('no number')
    await strict.task.close!()

    const lax = { ...settings, 'behavior.on.malformed.documents': 'ignore' }
    const harness = await openHarness(lax, { ...server, tolerate: false })
    expect(await harness.write(records(3))).toMatchObject([{ offset: 3n }])
    await harness.task.close!()
  })

  it.each([
    [401, 'connection.username'],
    [403, 'Grant the user'],
  ])('ends with a clear text at a refused login (%i)', async (status, advice) => {
    const server = fakeServer(() => ({
      kind: 'refused',
      status,
      errorType: 'security_exception',
      reason: 'no',
    }))
    const harness = await openHarness(settings, server)
    await expect(harness.write(records(1))).rejects.toThrow(advice)
    await harness.task.close!()
  })

  it('ends after max.retries requests that found no server', async () => {
    const server = fakeServer(() => ({ kind: 'unreachable', error: new Error('connect ECONNREFUSED') }))
    const harness = await openHarness({ ...settings, 'max.retries': '2' }, server)
    await expect(harness.write(records(1))).rejects.toThrow(
      '3 attempts (max.retries is 2): connect ECONNREFUSED',
    )
    await harness.task.close!()
    expect(server.bulks).toHaveLength(3)
  })

  it('writes nothing more for partitions that went', async () => {
    const server = fakeServer((actions, request) => actions.map(() => (request === 1 ? pushedBack : written)))
    const harness = await openHarness(
      { ...settings, 'retry.backoff.ms': '20', 'retry.backoff.max.ms': '20' },
      server,
    )
    await harness.task.put(batch([record('t', 0), record('t', 1, { partition: 1 })]), { signal })
    while (server.bulks.length === 0) await new Promise((resolve) => setImmediate(resolve))
    await harness.task.revoked!([{ topic: 't', partition: 0 }], { lost: true })
    await harness.task.flush!({ signal })
    await harness.task.close!()
    expect(server.idsIn()).toEqual([['k0', 'k1'], ['k1']])
  })

  it('drops what is no document with a warning where drop.invalid.message says so', async () => {
    const bad = [
      record('t', 0, { value: [1] }),
      record('t', 1, { value: 'x' }),
      record('t', 2, { key: null }),
      record('t', 3),
    ]
    const server = fakeServer()
    const harness = await openHarness(
      { ...settings, 'drop.invalid.message': 'true' },
      { ...server, tolerate: false },
    )
    expect(await harness.write(bad)).toMatchObject([{ offset: 4n }])
    await harness.task.close!()
    expect(server.idsIn()).toEqual([['k3']])
    expect(harness.lines.filter(({ level }) => level === 'warn')).toHaveLength(3)
  })
})

describe('the task and version conflicts', () => {
  const conflict = (stored: number): FakeItem => ({
    status: 409,
    error: {
      type: 'version_conflict_engine_exception',
      reason: `[k]: version conflict, current version [${stored}] is higher or equal to the one provided [0]`,
    },
  })

  it('takes repeated and stale records for done', async () => {
    const server = fakeServer((actions) => actions.map((_, i) => conflict(i === 0 ? 0 : 50)))
    const harness = await openHarness(settings, server)
    harness.ends.set('t-0', 50n)
    expect(await harness.write(records(2))).toMatchObject([{ offset: 2n }])
    await harness.task.close!()
    expect(harness.rejected).toEqual([])
    expect([...harness.figures]).toEqual(
      expect.arrayContaining([
        ['documents_repeated_total', 1],
        ['documents_stale_total', 1],
      ]),
    )
  })

  it('sets aside what meets a version beyond the end of its partition', async () => {
    const server = fakeServer((actions) => actions.map(() => conflict(51)))
    const harness = await openHarness(settings, server)
    harness.ends.set('t-0', 50n)
    await harness.write(records(1))
    await harness.task.close!()
    expect(harness.rejected).toEqual([
      { offset: 0, message: expect.stringMatching(/version 51, but t-0 ends at offset 50.*recreated/) },
    ])
  })

  it('sends again what it could not judge, as long as Kafka or Elasticsearch can’t be asked', async () => {
    const unread: FakeItem = { status: 409, error: { type: 'version_conflict_engine_exception', reason: '' } }
    const server = fakeServer((actions) => actions.map(({ id }) => (id === 'k0' ? unread : conflict(51))))
    server.gets.push(
      { kind: 'unreachable', error: new Error('socket hang up') },
      { kind: 'refused', status: 503, errorType: 'unavailable_shards_exception', reason: 'starting' },
      { kind: 'refused', status: 404, errorType: 'index_not_found_exception', reason: 'gone' },
      { kind: 'ok', body: { _version: 0 } },
    )
    const harness = await openHarness({ ...settings, 'max.retries': '0' }, server)
    harness.ends.set('t-0', 50n)
    harness.kafkaErrors.push(
      new RetriableError('No broker answers.'),
      new RetriableError('No broker answers.'),
    )
    expect(await harness.write(records(2))).toMatchObject([{ offset: 2n }])
    await harness.task.close!()
    expect(harness.rejected).toEqual([{ offset: 1, message: expect.stringContaining('version 51') }])
    expect(server.idsIn()).toEqual([['k0', 'k1'], ['k0', 'k1'], ['k0', 'k1'], ['k0']])
    expect(harness.figures.get('documents_repeated_total')).toBe(1)
  })

  it('ends where it may not look at what is stored', async () => {
    const server = fakeServer((actions) =>
      actions.map(() => ({ status: 409, error: { type: 'version_conflict_engine_exception', reason: '' } })),
    )
    server.gets.push({ kind: 'refused', status: 403, errorType: 'security_exception', reason: 'no' })
    const harness = await openHarness(settings, server)
    await expect(harness.write(records(1))).rejects.toThrow('version of document "k0" in t can\'t be read')
    await harness.task.close!()
  })

  it('sends again a write without a version that met a conflict', async () => {
    const server = fakeServer((actions, request) =>
      actions.map(() => (request === 1 ? conflict(1) : written)),
    )
    const harness = await openHarness({ ...settings, 'external.version': 'none' }, server)
    await harness.write(records(1))
    await harness.task.close!()
    expect(server.bulks).toHaveLength(2)
  })

  it('takes a conflict of versions from a header for stale', async () => {
    const server = fakeServer((actions) => actions.map(() => conflict(2_000_000)))
    const harness = await openHarness({ ...settings, 'external.version.header': 'v' }, server)
    await harness.write([record('t', 0, { headers: [{ key: 'v', value: 7n }] })])
    await harness.task.close!()
    expect(harness.rejected).toEqual([])
    expect(harness.figures.get('documents_stale_total')).toBe(1)
  })
})

describe('the task and the origin of its documents', () => {
  const keyed = { name: 'createKey', type: 'ValueToKey', changes: ['key' as const] }

  it('refuses a transform of keys where offsets are versions, and only there', async () => {
    await expect(openHarness(settings, { ...fakeServer(), transforms: [keyed] })).rejects.toThrow('createKey')
    for (const other of ['external.version=none', 'external.version.header=v', 'key.ignore=true']) {
      const [name, value] = other.split('=') as [string, string]
      const harness = await openHarness(
        { ...settings, [name]: value },
        { ...fakeServer(), transforms: [keyed] },
      )
      await harness.task.close!()
    }
  })

  it('refuses topics that meet in one index when it is assigned one of them', async () => {
    const routes = ['orders-eu', 'orders-us'].map((topic) => ({ topic, becomes: ['orders'] }))
    const harness = await openHarness(settings, { ...fakeServer(), routes })
    const refused = harness.task.assigned!([{ topic: 'orders-eu', partition: 0 }], { epoch: 1 })
    await expect(refused).rejects.toThrow('orders-eu and orders-us are both written to orders')
    await harness.task.close!()
  })

  it('refuses the first record of a second topic, and loses none of it', async () => {
    const server = fakeServer()
    const harness = await openHarness(settings, server)
    const routed = { ...record('b', 0), topic: 'a' }
    const put = harness.task.put(batch([record('a', 0), routed]), { signal })
    await expect(put).rejects.toThrow('topics a and b are both written to a')
    await harness.task.flush!({ signal })
    await harness.task.close!()
    expect(server.idsIn()).toEqual([['k0']])
    expect(harness.rejected).toEqual([])
  })

  it('takes two topics into one index where versions don’t come from offsets', async () => {
    const server = fakeServer()
    const harness = await openHarness({ ...settings, 'external.version': 'none' }, server)
    await harness.write([record('a', 0), { ...record('b', 1), topic: 'a' }])
    await harness.task.close!()
    expect(server.idsIn()).toEqual([['k0', 'k1']])
  })
})
