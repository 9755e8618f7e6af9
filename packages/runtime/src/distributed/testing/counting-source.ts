import { defineSource, int, string, wait } from '@sluice/template'

/** Each task counts into a topic, and says in each record whose it is. */
export const countingSource = defineSource({
  name: 'counting',
  version: '1.0.0',
  doc: 'Counts.',
  config: {
    topic: string({ doc: 'Takes the numbers.' }),
    pauseMs: int({ doc: 'Waits so long between two numbers, in milliseconds.', default: 20 }),
    secret: string({ doc: 'A setting that changes nothing.', optional: true }),
  },
  split: ({ maxTasks }) => Array.from({ length: maxTasks }, (_, index) => index),
  exactlyOnce: () => 'supported',
  parseOffset: (raw) => raw as { n: number },
  open: async ({ config, task, slice, offsets }) => {
    const partition = { connector: task.connector, slice }
    let n = (await offsets([partition]))[0]?.n ?? 0
    return {
      poll: async ({ signal }) => {
        await wait(config.pauseMs, signal)
        n += 1
        return [
          {
            topic: config.topic,
            key: `${task.connector}/${String(slice)}`,
            value: { n, pid: process.pid },
            origin: { partition, offset: { n } },
          },
        ]
      },
    }
  },
})
