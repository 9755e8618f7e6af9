import { between, defineSource, durationMs, int, string, wait } from '@sluice/template'

/** Says hello: one record every interval, numbered, until `limit` is reached. */
export const helloSource = defineSource({
  name: 'hello-source',
  version: '0.1.0',
  doc: 'Says hello to a topic, once every interval.',
  config: {
    topic: string({ doc: 'Names the topic to write to.' }),
    interval: durationMs({ doc: 'Waits between two greetings, in milliseconds.', default: 1000 }),
    limit: int({ doc: 'Ends after so many greetings; 0 never does.', default: 0, validate: between(0) }),
  },
  parseOffset: (raw) => Number(raw),
  async open({ config, offsets }) {
    const partition = { greeting: 'hello' }
    const [said] = await offsets([partition])
    let next = (said ?? 0) + 1
    return {
      async poll({ signal }) {
        await wait(config.limit > 0 && next > config.limit ? 2 ** 30 : config.interval, signal)
        const record = { origin: { partition, offset: next }, topic: config.topic, value: `hello ${next}` }
        next++
        return [record]
      },
    }
  },
})
