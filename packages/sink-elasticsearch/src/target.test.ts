import { indexName, resourceOf } from './target.ts'

const none = {
  dataStreamType: 'none',
  dataStreamDataset: '',
  dataStreamNamespace: '${topic}',
  topicToExternalResourceMapping: new Map<string, string>(),
}

describe('resourceOf', () => {
  it('writes a topic to the index of its name', () => {
    expect(resourceOf('Orders.EU', none)).toBe('orders.eu')
  })

  it('writes to a data stream named after type, dataset and namespace', () => {
    expect(resourceOf('Web', { ...none, dataStreamType: 'logs', dataStreamDataset: 'app' })).toBe(
      'logs-app-web',
    )
    const fixed = {
      ...none,
      dataStreamType: 'metrics',
      dataStreamDataset: 'host',
      dataStreamNamespace: 'prod',
    }
    expect(resourceOf('Web', fixed)).toBe('metrics-host-prod')
  })

  it('writes to the resource that a topic is mapped to', () => {
    const mapped = { ...none, topicToExternalResourceMapping: new Map([['A', 'alias-1']]) }
    expect(resourceOf('A', mapped)).toBe('alias-1')
  })
})

describe('indexName', () => {
  it.each([
    ['-a', 'a'],
    ['_a', 'a'],
    ['.', 'dot'],
    ['..', 'dotdot'],
    ['A'.repeat(300), 'a'.repeat(255)],
  ])('makes a valid name of %s', (topic, name) => {
    expect(indexName(topic)).toBe(name)
  })
})
