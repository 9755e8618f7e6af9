import { type Converters, converterName } from '../converters/open-converters.ts'
import type { TransformChain } from '../transforms/chain.ts'
import type { Failure } from './record-errors.ts'
import type { Step } from './step.ts'

/** Who threw in this step, as the settings name it: a transform by its type and by its name in the chain. */
export function culprit(
  { chain, converters }: { readonly chain: TransformChain; readonly converters: Converters },
  { stage, at }: Step,
): Pick<Failure, 'by' | 'transform'> {
  if (stage !== 'TRANSFORMATION') return { by: converterName(converters, stage) }
  const transform = chain.transforms[at]!
  return { by: transform.type, transform: transform.name }
}
