import type { Session } from '../connection/session.ts'
import type { WindowState } from './window.ts'

/** How far rows may be read by the transaction that wrote them: below the oldest one that is still running anywhere on the server. */
export class XidWindow {
  async advance(session: Session, _position: unknown, signal: AbortSignal): Promise<WindowState<bigint>> {
    const [row] = await session.query<{ xmin: string }>(
      'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin',
      { signal, timeoutMs: 60_000 },
    )
    return { kind: 'ready', bound: BigInt(row!.xmin), holders: [] }
  }

  reset(): void {}
}
