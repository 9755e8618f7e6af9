import { type ConnectWorkerLayout, workerSettings } from './kafka-connect-config.ts'

const layout: ConnectWorkerLayout = {
  mode: 'distributed',
  port: 20_001,
  bootstrapServers: '127.0.0.1:9092',
  offsetsFile: '/data/offsets',
  settings: {},
}

describe('the settings of a worker of Kafka Connect', () => {
  it('name topics of its group, in one copy', () => {
    expect(workerSettings({ ...layout, settings: { 'group.id': 'moved' } })).toMatchObject({
      listeners: 'http://127.0.0.1:20001',
      'group.id': 'moved',
      'config.storage.topic': 'moved-configs',
      'config.storage.replication.factor': 1,
      'offset.storage.topic': 'moved-offsets',
      'status.storage.topic': 'moved-status',
    })
  })

  it('name a file where it stands alone', () => {
    const settings = workerSettings({ ...layout, mode: 'standalone' })
    expect(settings['offset.storage.file.filename']).toBe('/data/offsets')
    expect(settings).not.toHaveProperty('group.id')
  })

  it("give way to the user's own", () => {
    const own = { 'offset.storage.topic': 'mine', 'value.converter': 'x' }
    expect(workerSettings({ ...layout, settings: own })).toMatchObject(own)
  })
})
