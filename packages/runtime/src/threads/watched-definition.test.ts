import { defineSource } from '@sluice/template'
import { emptyNote, noteOf, readNote, watchedDefinition } from './watched-definition.ts'

it('notes which call of which task runs, until its first await, and passes on what is optional, too', async () => {
  const note = emptyNote()
  const seen: unknown[] = []
  const look = (): void => void seen.push(readNote(note))
  const definition = defineSource({
    name: 'numbers',
    version: '1',
    doc: 'For tests.',
    config: {},
    parseOffset: Number,
    open: async () => {
      look()
      return {
        poll: async () => {
          look()
          await Promise.resolve()
          look()
          return []
        },
        acknowledged: look,
      }
    },
  })
  const watched = watchedDefinition(definition, noteOf(note, 7)) as typeof definition
  const task = await watched.open({} as never)
  await task.poll({ signal: new AbortController().signal, maxRecords: 1 })
  task.acknowledged?.({ partition: {}, offset: 1 })
  expect(seen).toEqual([
    { task: 7, call: 'open' },
    { task: 7, call: 'poll' },
    { task: -1, call: undefined },
    { task: 7, call: 'acknowledged' },
  ])
})
