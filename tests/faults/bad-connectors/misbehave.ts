import { wait } from '@sluice/template'

export const places = ['check', 'split', 'open', 'poll', 'put'] as const
export type Place = (typeof places)[number]

/** `spin-later`: behind an await, where nobody can see from outside whose code it is. */
export const ways = ['none', 'hang', 'throw', 'spin', 'spin-later'] as const
export type Way = (typeof ways)[number]

/** Does in a call of the connector what a connector should not do. */
export async function misbehave(way: Way): Promise<void> {
  if (way === 'hang') await new Promise(() => {})
  if (way === 'throw') throw new Error('This connector always throws.')
  if (way === 'spin-later') await wait(1)
  if (way === 'spin' || way === 'spin-later') spinForEver()
}

function spinForEver(): never {
  while (true);
}
