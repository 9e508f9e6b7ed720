/**
 * Newest pictures of cameras, asked for politely: one request at a time for each, few at once for
 * a wall of them, none while nobody looks.
 */
import { useEffect, useReducer, useRef } from 'react';
import { ApiProblem, readProblem, Unreachable } from '~/api/problem';
import { useNow } from '~/parts/now';
import { useVisible } from '~/parts/picture';

/** A rule needs a picture every 5 s at least; after so long without a new one it stands still. */
export const FROZEN_MS = 15_000;

export interface Shot {
  url: string;
  /** Capture time, milliseconds since 1970 by the server's clock; null: it was not said. */
  capturedAt: number | null;
  /** How old it was when it came, by the server's clock alone. */
  ageMs: number;
  /** When it came, by the browser's clock. */
  cameAt: number;
}

export interface Live {
  shot: Shot | null;
  error: unknown;
}

/** Milliseconds since 1970 of X-Captured-At: unix seconds or RFC 3339. */
export function captureTime(header: string | null): number | null {
  if (header === null || header === '') return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header);
  return Number.isFinite(ms) ? ms : null;
}

/** How old a picture is when it comes. The browser's clock may be wrong, so the server's decides. */
export function ageOnArrival(capturedAt: number | null, serverDate: string | null, now: number): number {
  if (capturedAt === null) return 0;
  const server = serverDate === null ? Number.NaN : Date.parse(serverDate);
  return Math.max(0, (Number.isFinite(server) ? server : now) - capturedAt);
}

/** Milliseconds until the next request. */
export function pause(every: number, failures: number, error: unknown): number {
  if (failures === 0) return every;
  const asked = error instanceof ApiProblem ? (error.retryAfter ?? 0) * 1000 : 0;
  return Math.max(asked, Math.min(every * 2 ** Math.min(failures, 6), 15_000));
}

/** Lets at most `most` run at once; the others wait in the order in which they came. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly most: number) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    while (this.running >= this.most) await new Promise<void>((go) => this.waiting.push(go));
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }
}

const turns = new Turns(4);

async function fetchShot(camera: string, signal: AbortSignal): Promise<Shot> {
  let response: Response;
  try {
    const path = `/api/v1/cameras/${encodeURIComponent(camera)}/picture`;
    response = await fetch(path, { credentials: 'same-origin', cache: 'no-store', signal });
  } catch (error) {
    throw signal.aborted ? error : new Unreachable(error);
  }
  if (!response.ok) throw await readProblem(response);
  const blob = await response.blob();
  const capturedAt = captureTime(response.headers.get('x-captured-at'));
  const cameAt = Date.now();
  const ageMs = ageOnArrival(capturedAt, response.headers.get('date'), cameAt);
  return { url: URL.createObjectURL(blob), capturedAt, ageMs, cameAt };
}

type Message = { shot: Shot } | { error: unknown } | 'new camera';

function next(live: Live, message: Message): Live {
  if (message === 'new camera') return { shot: null, error: null };
  if ('error' in message) return { ...live, error: message.error };
  return { shot: message.shot, error: null };
}

/** Pictures of a camera, one about `every` milliseconds while `wanted` and the tab is seen. */
export function useLive(camera: string, every: number, wanted = true): Live {
  const [live, tell] = useReducer(next, { shot: null, error: null });
  const visible = useVisible();
  const on = wanted && visible;
  const held = useRef<string[]>([]);
  useEffect(() => {
    tell('new camera');
    const urls = held.current;
    return () => {
      urls.splice(0).forEach(URL.revokeObjectURL);
    };
  }, [camera]);
  useEffect(() => {
    if (!on) return undefined;
    const stop = new AbortController();
    const run = async (): Promise<void> => {
      let failures = 0;
      while (!stop.signal.aborted) {
        let failed: unknown = null;
        try {
          const shot = await turns.take(() => fetchShot(camera, stop.signal));
          failures = 0;
          held.current.push(shot.url);
          // The one before may still be shown until the new one is decoded.
          while (held.current.length > 2) URL.revokeObjectURL(held.current.shift() ?? '');
          tell({ shot });
        } catch (error) {
          if (stop.signal.aborted) return;
          failed = error;
          failures += 1;
          tell({ error });
        }
        await sleep(pause(every, failures, failed), stop.signal);
      }
    };
    void run();
    return () => {
      stop.abort();
    };
  }, [camera, every, on]);
  return live;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((go) => {
    const timer = setTimeout(go, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      go();
    }, { once: true });
  });
}

/** How old the shown picture is now, in milliseconds. */
export function useAge(shot: Shot | null): number {
  const now = useNow('second');
  return shot === null ? 0 : shot.ageMs + Math.max(0, now - shot.cameAt);
}
