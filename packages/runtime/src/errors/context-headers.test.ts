import { contextHeaders } from './context-headers.ts'

const task = { connector: 'orders', index: 3 }

function texts(how: Parameters<typeof contextHeaders>[0]): Record<string, string> {
  return Object.fromEntries(contextHeaders(how).map(({ key, value }) => [key, String(value)]))
}

describe('the context headers of a dead letter', () => {
  it('are those of Kafka Connect, as text', () => {
    const error = new TypeError('Bad byte.')
    const failure = { stage: 'VALUE_CONVERTER', error, by: 'JsonConverter' } as const
    expect(texts({ task, place: { topic: 't', partition: 1, offset: 2n }, failure, atMs: 5 })).toEqual({
      '__connect.errors.topic': 't',
      '__connect.errors.partition': '1',
      '__connect.errors.offset': '2',
      '__connect.errors.connector.name': 'orders',
      '__connect.errors.task.id': '3',
      '__connect.errors.stage': 'VALUE_CONVERTER',
      '__connect.errors.class.name': 'JsonConverter',
      '__connect.errors.exception.class.name': 'TypeError',
      '__connect.errors.exception.message': 'Bad byte.',
      '__connect.errors.exception.stacktrace': error.stack,
      '__sluice.errors.at': '1970-01-01T00:00:00.005Z',
    })
  })

  it('say -1 where a record has no partition or offset yet, and which transform failed', () => {
    const failure = { stage: 'TRANSFORMATION', error: 'thrown text', by: 'org.X', transform: 'x' } as const
    expect(texts({ task, place: { topic: 't' }, failure })).toMatchObject({
      '__connect.errors.partition': '-1',
      '__connect.errors.offset': '-1',
      '__connect.errors.class.name': 'org.X',
      '__connect.errors.exception.class.name': 'string',
      '__connect.errors.exception.message': 'thrown text',
      '__sluice.errors.transform': 'x',
    })
  })

  it.each([null, undefined, Object.create(null), Object.assign(new Error('x'), { message: 5n, name: {} })])(
    'are made of whatever was thrown (%#)',
    (error: unknown) => {
      const failure = { stage: 'TASK_PUT', error, by: 'x' } as const
      expect(contextHeaders({ task, place: { topic: 't' }, failure })).toHaveLength(11)
    },
  )

  it('stay short, whatever an error quotes', () => {
    const failure = { stage: 'TASK_PUT', error: new Error('x'.repeat(1_000_000)), by: 'x' } as const
    const { '__connect.errors.exception.message': message, ...rest } = texts({
      task,
      place: { topic: 't' },
      failure,
    })
    expect(message).toBe(`${'x'.repeat(4000)}... (996000 characters more)`)
    expect(rest['__connect.errors.exception.stacktrace']!.length).toBeLessThan(17_000)
  })
})
