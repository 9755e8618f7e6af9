import type { SourceConfig } from '../config/fields.ts'
import type { Session } from '../connection/session.ts'
import { IncrementingWindow } from '../window/incrementing-window.ts'
import { TimestampWindow } from '../window/timestamp-window.ts'
import type { WindowState } from '../window/window.ts'
import { XidWindow } from '../window/xid-window.ts'
import type { Ordering } from './criteria.ts'
import type { Position } from './position.ts'
import type { Stream } from './stream.ts'
import { hasWallClock } from './timestamp-columns.ts'

/** How far may be read, whatever the ordering is. */
export interface Window {
  advance(session: Session, position: Position, signal: AbortSignal): Promise<WindowState<bigint>>
  reset(): void
}

export function windowFor(config: SourceConfig, { select }: Stream, ordering: Ordering): Window {
  switch (ordering.kind) {
    case 'all':
      return { advance: async () => ({ kind: 'ready', bound: 0n, holders: [] }), reset: () => {} }
    case 'id': {
      const window = new IncrementingWindow(select, ordering.column)
      return {
        advance: (session, position, signal) => window.advance(session, position.id, signal),
        reset: () => window.reset(),
      }
    }
    case 'xid':
      return new XidWindow()
    case 'timestamp':
    case 'timestamp+id': {
      const window = new TimestampWindow(select, {
        delayMs: config.timestampDelayIntervalMs,
        wallClock: hasWallClock(ordering.time) ? ordering.time.zone : undefined,
      })
      return {
        advance: (session, _position, signal) => window.advance(session, signal),
        reset: () => window.reset(),
      }
    }
  }
}
