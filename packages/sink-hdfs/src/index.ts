export { hdfsSink, hdfsSinkConnector } from './hdfs-sink.ts'
export { type SettingClass, settingClasses } from './setting-classes.ts'
