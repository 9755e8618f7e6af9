export { fileStreamSink } from './file-stream-sink.ts'
export { fileStreamSource } from './file-stream-source.ts'
