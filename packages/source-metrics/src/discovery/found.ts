/** An address that may be a target, with labels of its own. */
export interface Found {
  readonly address: string
  readonly labels: readonly (readonly [string, string])[]
}
