export { type SettingRule, settingRules } from './config/setting-rules.ts'
export { jdbcSource, postgresSource } from './definitions.ts'
export type { Offset } from './read/position.ts'
