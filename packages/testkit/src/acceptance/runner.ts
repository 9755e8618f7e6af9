/** The two functions of a test runner that a suite needs. Jest and Vitest have them as globals, `node:test` exports them. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>): unknown
}

/** One promise of the template as a test. */
export interface Check {
  readonly name: string
  run(): Promise<void>
}

/** Registers the checks under a heading. Without a runner the globals are taken; throws a TypeError where there are none. */
export function register(
  heading: string,
  checks: readonly Check[],
  runner: Partial<Runner> | undefined,
): void {
  const { describe, it } = runner ?? (Object(globalThis) as Partial<Runner>)
  if (typeof describe !== 'function' || typeof it !== 'function') {
    throw new TypeError("There are no global describe and it: pass { describe, it } from 'node:test'.")
  }
  describe(heading, () => {
    for (const check of checks) it(check.name, () => check.run())
  })
}
