/** The least time to wait that a RetriableError asks for, whichever copy of the template it comes from. */
export function leastWaitMs(error: unknown): number {
  const asked = (error as { backoffMs?: unknown } | null | undefined)?.backoffMs
  return typeof asked === 'number' && asked > 0 ? asked : 0
}
