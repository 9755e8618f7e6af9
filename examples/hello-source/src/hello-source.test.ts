import { describe, it } from 'node:test'
import { acceptSource } from '@sluice/testkit'
import { helloSource } from './hello-source.ts'

acceptSource(
  {
    definition: helloSource,
    arrange: async (records) => ({ settings: { topic: 'hello', interval: '1', limit: String(records) } }),
  },
  { describe, it },
)
