import { PushError } from './push-error.ts'

/** What a point may be made of: labels, buckets, and the messages around them. */
const partsOfPoint = 10

/** How much one request may hold: a few bytes may stand for a point, which weighs a hundred times as much. */
export class Budget {
  readonly #most: number
  #parts = 0

  constructor(mostPoints: number) {
    this.#most = mostPoints
  }

  /** So many values and messages more are about to be read. Throws a PushError (413) where they are too many. */
  parts(count: number): void {
    this.#parts += count
    if (this.#parts > this.#most * partsOfPoint) throw this.#tooMuch()
  }

  /** So many points it is. */
  points(count: number): void {
    if (count > this.#most) throw this.#tooMuch()
  }

  #tooMuch(): PushError {
    return new PushError(
      413,
      `The request holds more than ${this.#most} samples, or what makes up as many (push.request.samples): send less at a time.`,
    )
  }
}
