export type { Check, Runner } from './acceptance/runner.ts'
export { acceptSink, type SinkSubject, type SinkWorld, sinkChecks } from './acceptance/sink-suite.ts'
export {
  acceptSource,
  type SourceSubject,
  type SourceWorld,
  sourceChecks,
} from './acceptance/source-suite.ts'
export {
  configOf,
  type FakeTask,
  fakeSinkContext,
  fakeSourceContext,
  fakeTask,
  type LogLine,
  memoryLogger,
  memoryMetrics,
  partitionKey,
  type Rejected,
} from './fakes/context.ts'
export { type RecordSketch, sinkBatch, sinkRecord } from './fakes/sink-batch.ts'
