import type { Assignor } from './assignors.ts'

export const cooperativeSticky: Assignor = {
  name: 'cooperative-sticky',
  cooperative: true,
  assign: () => new Map(),
}
