import { endTestRun } from './test-run.ts'

// Jest takes nothing but a default export here
export default async function teardown(): Promise<void> {
  await endTestRun()
}
