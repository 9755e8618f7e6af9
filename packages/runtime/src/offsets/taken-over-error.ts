/** Another worker works with the same offsets now. No restart helps: two that go on would take over from each other in turn. */
export class TakenOverError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TakenOverError'
  }
}
