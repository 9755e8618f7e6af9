/** An error and its causes as text, as a status shows them. Never throws. */
export function traceOf(error: unknown): string {
  const lines: string[] = []
  const seen = new Set<unknown>()
  for (let current: unknown = error; current !== undefined && !seen.has(current); ) {
    seen.add(current)
    lines.push((lines.length === 0 ? '' : 'Caused by: ') + textOf(current))
    current = current instanceof Error ? current.cause : undefined
  }
  return lines.join('\n')
}

function textOf(error: unknown): string {
  if (error instanceof Error) return error.stack ?? `${error.name}: ${error.message}`
  try {
    return String(error)
  } catch {
    return 'An error that has no text.'
  }
}
