import type { Passage } from '../transforms/chain.ts'
import type { Stage } from './stages.ts'

/** Where a record is on its way, for the case that it fails there. */
export interface Step extends Passage {
  stage: Stage
}

export function firstStep(stage: Stage): Step {
  return { stage, at: 0, record: undefined }
}
