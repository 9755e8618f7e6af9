import { silentLogger } from './logger.ts'
import { leveledLogger, loggerFor, loggerNames, namedLogger } from './leveled-logger.ts'
import { LogLevels } from './log-levels.ts'

function scene() {
  const lines: string[] = []
  const base = {
    ...silentLogger,
    debug: (_: object, message: string) => void lines.push(message),
    info: (_: object, message: string) => void lines.push(message),
    child: () => base,
  }
  const levels = new LogLevels('INFO', () => 42)
  const log = leveledLogger(base, levels)
  const orders = log.child({ connector: 'orders', task: 0 })
  const users = log.child({ connector: 'users' }).child({ partition: 1 })
  return { lines, levels, log, orders, users }
}

describe('levels of loggers', () => {
  it('are those of the nearest one above, also for loggers that there are already', () => {
    const { lines, levels, log, orders, users } = scene()
    orders.debug({}, 'a')
    expect(levels.set(loggerNames.connector('orders'), 'DEBUG')).toEqual([loggerNames.connector('orders')])
    orders.debug({}, 'b')
    users.debug({}, 'c')
    log.debug({}, 'd')
    levels.set('org.apache.kafka.connect', 'DEBUG')
    users.debug({}, 'e')
    log.debug({}, 'f')
    namedLogger(log, 'com.example').debug({}, 'g')
    loggerFor(log, { connector: 'orders' }).debug({}, 'h')
    expect(lines).toEqual(['b', 'e', 'f', 'h'])
    levels.set('root', 'OFF')
    orders.info({}, 'i')
    expect(lines).toHaveLength(4)
  })

  it('are told with when they were set, those of unknown loggers are not', () => {
    const { levels } = scene()
    const orders = loggerNames.connector('orders')
    expect(levels.get('root')).toEqual({ level: 'INFO', lastModified: null })
    expect(levels.get(orders)).toEqual({ level: 'INFO', lastModified: null })
    expect(levels.get('com.example')).toBeUndefined()
    expect(levels.set('com.example', 'TRACE')).toEqual(['com.example'])
    expect(levels.set('com.example', 'TRACE')).toEqual([])
    expect(levels.get('com.example')).toEqual({ level: 'TRACE', lastModified: 42 })
    expect(levels.set('', 'WARN')).toEqual([
      'com.example',
      orders,
      loggerNames.connector('users'),
      loggerNames.worker,
      'root',
    ])
    expect([...levels.all().values()].every(({ level }) => level === 'WARN')).toBe(true)
  })

  it('tell threads the least that anyone wants', () => {
    const { levels } = scene()
    expect(levels.verbosity[0]).toBe(1)
    levels.set('com.example', 'DEBUG')
    expect(levels.verbosity[0]).toBe(0)
    levels.set('root', 'ERROR')
    expect(levels.verbosity[0]).toBe(3)
  })
})
