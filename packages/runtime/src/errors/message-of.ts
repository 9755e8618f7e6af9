/** Total: whatever was thrown has a message. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'What was thrown has no message.'
  }
}

/** The name of its class, as far as it has one. Total as well. */
export function classNameOf(error: unknown): string {
  try {
    const name: unknown = error instanceof Error ? error.name : typeof error
    return String(name)
  } catch {
    return 'object'
  }
}
