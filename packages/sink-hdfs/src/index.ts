export { hdfsSink, hdfsSinkConnector } from './hdfs-sink.ts'
