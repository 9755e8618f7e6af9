import { parentPort, workerData } from 'node:worker_threads'
import { runThread } from './run-thread.ts'

// what a worker thread runs: see task-thread.ts for the other side
if (parentPort !== null) runThread(parentPort, workerData)
