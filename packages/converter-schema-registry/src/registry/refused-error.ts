/** The registry understood and said no. */
export class RefusedError extends Error {
  readonly status: number
  /** The registry's own code, such as 40403. */
  readonly code: number

  constructor(message: string, how: { readonly status: number; readonly code: number }) {
    super(message)
    this.name = 'RefusedError'
    this.status = how.status
    this.code = how.code
  }

  /** No such subject, version or schema. */
  get isMissing(): boolean {
    return this.status === 404
  }

  get isIncompatible(): boolean {
    return this.status === 409
  }
}
