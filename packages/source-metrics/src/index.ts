export { metricsSource } from './metrics-source.ts'
