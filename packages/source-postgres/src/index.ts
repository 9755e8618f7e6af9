export { jdbcSource, postgresSource } from './definitions.ts'
export type { Offset } from './read/position.ts'
