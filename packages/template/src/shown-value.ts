/** A value as messages show it: its kind, and itself where that is short. */
export function shownValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return `the ${typeof value} ${String(value).slice(0, 100)}`
    case 'object':
      return value === null ? 'null' : `a value of ${value.constructor?.name ?? 'Object'}`
    default:
      return typeof value
  }
}
