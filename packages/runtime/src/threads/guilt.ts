/** What a rider has to do with the end of its thread: it is why, may be why, or had nothing to do with it. */
export type Guilt = 'culprit' | 'suspect' | 'bystander'

export interface Circumstances {
  readonly how: 'hung' | 'crashed'
  /** All who rode in it, by their numbers. */
  readonly riders: readonly number[]
  /** Whose code ran at last, as far as that shows; -1: nobody's. It may have left. */
  readonly busy: number
  /** On whose account the thread was killed. */
  readonly accused: number | undefined
}

/** Only who certainly is why is given up in the end; where nobody is, everyone may be. */
export function guiltOf(rider: number, { how, riders, busy, accused }: Circumstances): Guilt {
  const culprit = accused ?? (how === 'hung' && busy !== -1 ? busy : undefined)
  if (culprit !== undefined) return rider === culprit ? 'culprit' : 'bystander'
  return riders.length === 1 ? 'culprit' : 'suspect'
}
