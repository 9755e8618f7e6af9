import { RecordError, RetriableError } from '@sluice/template'
import { KafkaError } from '../kafka/types.ts'
import { RecordErrors } from './record-errors.ts'
import { isTolerable, kindAt, type Stage } from './stages.ts'

const controller = new AbortController()
const record = { topic: 't', partition: 1, offset: 2n }

function errors(
  how: { tolerance?: 'none' | 'all'; retryMs?: number; log?: boolean; messages?: boolean } = {},
): {
  errors: RecordErrors
  figures: Map<string, number>
  lines: object[]
} {
  const figures = new Map<string, number>()
  const lines: object[] = []
  const log = { error: (fields: object) => void lines.push(fields) }
  return {
    figures,
    lines,
    errors: new RecordErrors({
      settings: {
        errorsTolerance: how.tolerance ?? 'none',
        errorsRetryTimeoutMs: how.retryMs ?? 0,
        errorsRetryDelayMaxMs: 1,
        errorsLogEnable: how.log ?? false,
        errorsLogIncludeMessages: how.messages ?? false,
      },
      metrics: {
        add: (name, n) => figures.set(name, (figures.get(name) ?? 0) + n),
        set: (name, value) => figures.set(name, value),
      },
      log: log as never,
      signal: controller.signal,
    }),
  }
}

const busy = new RetriableError('Busy.')

describe('errors of records', () => {
  it('are retried only where the operator gives time for it, and where it may help', () => {
    expect(errors().errors.retries('VALUE_CONVERTER', busy)).toBe(false)
    const { errors: patient } = errors({ retryMs: 1000 })
    expect(patient.retries('VALUE_CONVERTER', busy)).toBe(true)
    expect(patient.retries('TRANSFORMATION', busy)).toBe(true)
    expect(patient.retries('VALUE_CONVERTER', new RecordError('Bad.'))).toBe(false)
    expect(patient.retries('TASK_PUT', busy)).toBe(false)
  })

  it('are retried until it works', async () => {
    let failures = 3
    const { errors: endless, figures } = errors({ retryMs: -1 })
    const result = await endless.retry('VALUE_CONVERTER', () => {
      if (failures-- > 0) throw busy
      return 'done'
    })
    expect(result).toBe('done')
    expect(figures.get('total-retries')).toBe(4)
    // the first failure is the one that brought it here
    expect(figures.get('total-record-failures')).toBe(4)
    expect(figures.get('total-record-errors')).toBe(0)
  })

  it('are retried until the time is up, or another error comes', async () => {
    const { errors: hasty } = errors({ retryMs: 5 })
    await expect(hasty.retry('VALUE_CONVERTER', () => Promise.reject(busy))).rejects.toBe(busy)
    const bad = new RecordError('Bad.')
    const { errors: endless } = errors({ retryMs: -1 })
    await expect(endless.retry('VALUE_CONVERTER', () => Promise.reject(bad))).rejects.toBe(bad)
  })

  it('end the task where nothing is tolerated, and say where and what to do', () => {
    const { errors: strict, figures } = errors()
    const failure = {
      stage: 'VALUE_CONVERTER',
      error: new Error('Bad byte.'),
      by: 'JsonConverter',
      record,
    } as const
    expect(() => strict.tolerate(failure)).toThrow(
      'A record of topic t, partition 1, offset 2 failed in VALUE_CONVERTER (JsonConverter): Bad byte. Set errors.tolerance=all',
    )
    expect(figures.get('total-record-errors')).toBe(1)
    expect(figures.get('total-records-skipped')).toBe(0)
  })

  it('name a transform as the settings do, and where the source has the record', () => {
    const failure = {
      stage: 'TRANSFORMATION',
      error: Object.create(null) as unknown,
      by: 'org.example.Round',
      transform: 'round',
      record: { topic: 't', source: { partition: { table: 'x' }, offset: { id: 7n } } },
    } as const
    expect(() => errors().errors.tolerate(failure)).toThrow(
      'A record of topic t, source offset {"id":7} failed in TRANSFORMATION (round, org.example.Round): What was thrown has no message.',
    )
  })

  it('count in figures that are there from the start', () => {
    const { errors: tolerant, figures } = errors({ tolerance: 'all', log: true })
    expect(Object.fromEntries(figures)).toEqual({
      'total-record-failures': 0,
      'total-record-errors': 0,
      'total-records-skipped': 0,
      'total-retries': 0,
      'total-errors-logged': 0,
      'deadletterqueue-produce-requests': 0,
      'deadletterqueue-produce-failures': 0,
      'last-error-timestamp': 0,
    })
    tolerant.tolerate({ stage: 'VALUE_CONVERTER', error: new Error('Bad.'), by: 'x', record })
    expect(Object.fromEntries(figures)).toMatchObject({
      'total-record-failures': 1,
      'total-record-errors': 1,
      'total-records-skipped': 1,
      'total-errors-logged': 1,
    })
    expect(figures.get('last-error-timestamp')).toBeGreaterThan(1.7e12)
  })

  it('are logged only where the operator wants it, with the place of the record only where wanted too', () => {
    const failure = { stage: 'VALUE_CONVERTER', error: new Error('Bad.'), by: 'x', record } as const
    const quiet = errors({ tolerance: 'all' })
    quiet.errors.tolerate(failure)
    expect(quiet.lines).toEqual([])
    const brief = errors({ tolerance: 'all', log: true })
    brief.errors.tolerate(failure)
    expect(brief.lines).toEqual([{ err: failure.error, stage: 'VALUE_CONVERTER', by: 'x' }])
    const full = errors({ tolerance: 'all', log: true, messages: true })
    full.errors.tolerate(failure)
    expect(full.lines).toEqual([{ err: failure.error, stage: 'VALUE_CONVERTER', by: 'x', ...record }])
  })

  it("are logged with a source's record where wanted", () => {
    const full = errors({ tolerance: 'all', log: true, messages: true })
    const place = {
      topic: 't',
      timestamp: 5,
      source: { partition: { table: 'x' }, offset: { id: 7n } },
      contents: () => ({ key: '1', value: '{"a":true}' }),
    }
    const error = new Error('Bad.')
    full.errors.tolerate({ stage: 'TRANSFORMATION', error, by: 'T', transform: 'round', record: place })
    expect(full.lines).toEqual([
      {
        err: error,
        stage: 'TRANSFORMATION',
        by: 'T',
        transform: 'round',
        topic: 't',
        timestamp: 5,
        sourcePartition: '{"table":"x"}',
        sourceOffset: '{"id":7}',
        key: '1',
        value: '{"a":true}',
      },
    ])
  })

  it('are logged also where they end the task', () => {
    const strict = errors({ log: true })
    const failure = { stage: 'VALUE_CONVERTER', error: new Error('Bad.'), by: 'x', record } as const
    expect(() => strict.errors.tolerate(failure)).toThrow('Bad.')
    expect(strict.lines).toHaveLength(1)
  })
})

describe('what a stage tolerates', () => {
  const gone = new KafkaError('Gone.', { code: 'TIMEOUT', retriable: true })
  const tooLarge = new KafkaError('Too large.', { code: 'MESSAGE_TOO_LARGE', retriable: false })

  it.each<[Stage, unknown, boolean]>([
    ['VALUE_CONVERTER', new Error('x'), true],
    ['KEY_CONVERTER', 'thrown text', true],
    ['HEADER_CONVERTER', new RecordError('x'), true],
    ['VALUE_CONVERTER', busy, false],
    ['TRANSFORMATION', busy, true],
    ['TRANSFORMATION', new TypeError('x'), true],
    ['TASK_PUT', new Error('x'), true],
    ['KAFKA_PRODUCE', tooLarge, true],
    ['KAFKA_PRODUCE', gone, false],
    ['KAFKA_PRODUCE', new Error('x'), false],
    ['TASK_POLL', new Error('x'), false],
    ['KAFKA_CONSUME', gone, false],
  ])('%s, %s: %s', (stage, error, tolerable) => {
    expect(isTolerable(stage, error)).toBe(tolerable)
  })

  it('knows the kinds of errors of Kafka', () => {
    expect(kindAt('KAFKA_CONSUME', gone)).toBe('retriable')
    expect(kindAt('KAFKA_CONSUME', tooLarge)).toBe('fatal')
    expect(kindAt('KAFKA_PRODUCE', tooLarge)).toBe('record')
  })
})
