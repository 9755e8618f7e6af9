export { elasticsearchSink, elasticsearchSinkConnector } from './definitions.ts'
export { type SettingClass, settingClasses } from './setting-classes.ts'
