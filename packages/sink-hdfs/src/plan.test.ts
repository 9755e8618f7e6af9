import { kindOf } from '@sluice/template'
import { configOf, fakeSinkContext } from '@sluice/testkit'
import { hdfsSink } from './hdfs-sink.ts'
import { planOf } from './plan.ts'
import { hdfsSettings } from './settings.ts'

const wrong = {
  'store.url': 'file:///tmp',
  'format.class': 'AvroFormat',
  'partitioner.class': 'FieldPartitioner',
}

async function refusalOf(action: () => unknown): Promise<{ kind: string; message: string }> {
  try {
    await action()
  } catch (error) {
    return { kind: kindOf(error), message: error instanceof Error ? error.message : String(error) }
  }
  throw new Error('Nothing was refused.')
}

describe('settings that cannot be used', () => {
  it('are refused together when a task opens, as an error of configuration', async () => {
    const { kind, message } = await refusalOf(() =>
      hdfsSink.open(fakeSinkContext(configOf(hdfsSettings, wrong))),
    )
    expect(kind).toBe('config')
    for (const setting of ['store.url', 'format.class', 'partitioner.class'])
      expect(message).toContain(setting)
  })

  it('are so also where only a topic shows it', async () => {
    const config = configOf(hdfsSettings, {
      'store.url': 'hdfs://here:8020',
      'topics.dir': '${1}',
      'topic.capture.groups.regex': '(a+)',
    })
    const { layout } = planOf(config)
    expect(layout.folderOfTopics('aaa')).toBe('/aaa')
    const { kind, message } = await refusalOf(() => layout.folderOfTopics('b'))
    expect([kind, message]).toEqual([
      'config',
      'topic.capture.groups.regex "(a+)" doesn\'t match the topic b. Change the expression, or leave the topic out of topics.',
    ])
  })
})
