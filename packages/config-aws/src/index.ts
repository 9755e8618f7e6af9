export { secretsManagerProvider } from './secrets-manager.ts'
export { ssmProvider } from './ssm.ts'
