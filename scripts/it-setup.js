import { jest } from '@jest/globals'

// Real servers on a busy machine take their time; a test that waits for one says by itself how long is too long.
jest.setTimeout(60_000)
