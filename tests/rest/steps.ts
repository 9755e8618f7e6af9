import type { Step } from './step.ts'
import { connectorSteps } from './steps/connectors.ts'
import { createSteps } from './steps/create.ts'
import { internalSteps } from './steps/internal.ts'
import { lifecycleSteps } from './steps/lifecycle.ts'
import { loggerSteps } from './steps/loggers.ts'
import { offsetSteps } from './steps/offsets.ts'
import { pluginSteps } from './steps/plugins.ts'
import { rootSteps } from './steps/root.ts'
import { validateSteps } from './steps/validate.ts'

/** In this order: later ones need what earlier ones have made. */
export const steps: readonly Step[] = [
  ...rootSteps,
  ...pluginSteps,
  ...validateSteps,
  ...createSteps,
  ...connectorSteps,
  ...lifecycleSteps,
  ...offsetSteps,
  ...loggerSteps,
  ...internalSteps,
]
