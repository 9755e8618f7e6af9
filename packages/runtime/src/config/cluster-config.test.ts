import type { ConfigError } from '../task/config-error.ts'
import { readWorkerConfig } from './worker-config.ts'

const whole = {
  'bootstrap.servers': 'a:1',
  'group.id': 'g',
  'config.storage.topic': 'c',
  'offset.storage.topic': 'o',
  'status.storage.topic': 's',
}

function issuesOf(settings: Record<string, string>, mode?: 'distributed' | 'standalone'): readonly string[] {
  try {
    readWorkerConfig(new Map(Object.entries(settings)), mode && { mode })
    return []
  } catch (error) {
    return (error as ConfigError).issues.map(({ field }) => field)
  }
}

describe('the settings of distributed mode', () => {
  it('are enough with a group and three topics', () => {
    expect(issuesOf(whole, 'distributed')).toEqual([])
  })

  it('are all named where they are missing', () => {
    expect(issuesOf({ 'bootstrap.servers': 'a:1' }, 'distributed').toSorted()).toEqual([
      'config.storage.topic',
      'group.id',
      'offset.storage.topic',
      'status.storage.topic',
    ])
  })

  it.each([
    ['two topics that are one', { 'status.storage.topic': 'c' }, 'config.storage.topic'],
    ['a file for offsets', { 'offset.storage.file.filename': 'f' }, 'offset.storage.file.filename'],
    ['no listener', { listeners: '' }, 'listeners'],
    [
      'heartbeats as rare as the session is long',
      { 'heartbeat.interval.ms': '10000' },
      'heartbeat.interval.ms',
    ],
    [
      'an algorithm that nobody knows',
      { 'inter.worker.verification.algorithms': 'MD5' },
      'inter.worker.verification.algorithms',
    ],
  ])('are refused with %s', (_, more, field) => {
    expect(issuesOf({ ...whole, ...more }, 'distributed')).toEqual([field])
  })

  it('are asked for of an embedded worker that names a group and the topic of configurations', () => {
    const { 'status.storage.topic': _, ...rest } = whole
    expect(issuesOf(rest)).toEqual(['status.storage.topic'])
    expect(issuesOf({ 'bootstrap.servers': 'a:1', 'group.id': 'g' })).toEqual([])
  })

  it('do nothing in standalone mode, which is said of each', () => {
    const settings = new Map(
      Object.entries({
        ...whole,
        'offset.storage.file.filename': 'f',
        'config.storage.min.insync.replicas': '2',
      }),
    )
    const { warnings } = readWorkerConfig(settings, { mode: 'standalone' })
    const about = warnings
      .filter((warning) => warning.includes('belongs to distributed mode'))
      .map((text) => text.split(' ')[0])
    expect(about).toEqual([
      'group.id',
      'config.storage.topic',
      'status.storage.topic',
      'config.storage.min.insync.replicas',
    ])
  })
})
