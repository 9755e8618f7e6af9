import { styleText } from 'node:util'

const colours = {
  RUNNING: 'green',
  PAUSED: 'yellow',
  STOPPED: 'yellow',
  FAILED: 'red',
  UNASSIGNED: 'yellow',
  RESTARTING: 'yellow',
} as const

/** States in colours where a terminal has them; NO_COLOR and pipes have none. */
export function colourStates(text: string, stream: NodeJS.WriteStream): string {
  if (!stream.isTTY) return text
  return text.replace(/\b(RUNNING|PAUSED|STOPPED|FAILED|UNASSIGNED|RESTARTING)\b/g, (state) =>
    styleText(colours[state as keyof typeof colours], state, { stream }),
  )
}
