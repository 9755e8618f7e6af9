import { type Converters, converterName } from '../converters/open-converters.ts'
import type { TransformChain } from '../transforms/chain.ts'
import type { Failure } from './record-errors.ts'
import type { Stage } from './stages.ts'

/** Who threw in this stage just now, as the settings name it: a transform by its type and by its name in the chain. */
export function culprit(
  { chain, converters }: { readonly chain: TransformChain; readonly converters: Converters },
  stage: Stage,
): Pick<Failure, 'by' | 'transform'> {
  if (stage !== 'TRANSFORMATION') return { by: converterName(converters, stage) }
  const transform = chain.failedIn
  return { by: chain.transforms.find(({ name }) => name === transform)?.type ?? transform, transform }
}
