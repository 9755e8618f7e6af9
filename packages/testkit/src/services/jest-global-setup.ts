import { beginTestRun } from './test-run.ts'

// Jest takes nothing but a default export here
export default async function setup(): Promise<void> {
  await beginTestRun()
}
