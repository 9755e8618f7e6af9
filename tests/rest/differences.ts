/** Where Sluice's answers differ on purpose, and why. Every difference that is found must be here, and everything here must be found. */
export interface Allowed {
  /** Steps and fields, `*` standing for any text. */
  readonly steps: string
  readonly field: string
  /** What Kafka Connect does there, and what Sluice does. */
  readonly what: string
  readonly why: string
}

export const allowed: readonly Allowed[] = []
