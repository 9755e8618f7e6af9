/** What keeps rows from being read: a transaction, which may yet commit rows that belong before them, or something else. */
export type Holder = OpenTransaction | { readonly reason: string; readonly ageMs: number }

export interface OpenTransaction {
  /** Absent for a prepared transaction. */
  readonly pid: number | null
  readonly ageMs: number
  /** The last statement, or the name of the prepared transaction. */
  readonly query: string
}

export type WindowState<Bound> =
  /** Rows up to the bound may be read, by a statement that begins after this answer. */
  | { readonly kind: 'ready'; readonly bound: Bound; readonly holders: readonly Holder[] }
  /** Nothing may be read until these have ended. */
  | { readonly kind: 'held'; readonly holders: readonly Holder[] }
  | { readonly kind: 'nothing' }
