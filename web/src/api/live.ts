/**
 * The live link of a tab: one event stream that says what to fetch anew, and polling where the
 * network lets no stream through. Nothing on a page depends on it but freshness.
 */
import { useSyncExternalStore } from 'react';
import { api, ask } from './client';
import { ApiProblem } from './problem';
import {
  after,
  begin,
  Gathered,
  readMessage,
  staleKeys,
  type Happening,
  type LiveMessage,
  type LiveState,
} from './live-state';
import { queries } from './queries';

const URL_PATH = '/api/v1/live';
const GATHER_MS = 300;
/** However much happens, pages fetch anew at most this often. */
const REFETCH_EVERY_MS = 1500;
const CHECK_MS = 15_000;
const POLL_MS = 10_000;
const OPEN_MS = 8_000;

type Hear = (message: LiveMessage) => void;

class LiveLink {
  private state: LiveState = begin(Date.now());
  private source: EventSource | null = null;
  private readonly watchers = new Set<() => void>();
  private readonly hearers = new Set<Hear>();
  private readonly gathered = new Gathered();
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private flushedAt = 0;
  private nextTimer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private running = false;

  readonly read = (): LiveState => this.state;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly hear = (hearer: Hear): (() => void) => {
    this.hearers.add(hearer);
    return () => this.hearers.delete(hearer);
  };

  /** Begin to listen; gives the way to stop. */
  start(): () => void {
    this.running = true;
    this.failures = 0;
    this.state = begin(Date.now());
    this.connect();
    return () => {
      this.running = false;
      this.close();
      clearTimeout(this.flushTimer);
      this.flushTimer = undefined;
    };
  }

  private happened(happening: Happening): void {
    const next = after(this.state, happening, Date.now());
    if (next === this.state) return;
    this.state = next;
    this.watchers.forEach((tell) => {
      tell();
    });
  }

  private connect(): void {
    this.close();
    if (!this.running) return;
    const source = new EventSource(URL_PATH);
    this.source = source;
    source.onopen = () => {
      this.failures = 0;
      this.happened({ type: 'opened' });
      refetchAll(); // Whatever was missed in between.
      this.later(0, () => this.check());
    };
    source.onerror = () => {
      // The browser would try again by itself, but not after a refusal, and without telling why.
      this.close();
      this.later(0, () => this.check());
    };
    const onMessage = (event: MessageEvent<string>): void => {
      this.receive(event.data);
    };
    source.onmessage = onMessage;
    for (const name of ['incident', 'camera', 'desired', 'processes', 'anew']) {
      source.addEventListener(name, onMessage);
    }
    // A proxy that holds the stream back gives neither 'open' nor an error.
    this.later(OPEN_MS, () => this.check());
  }

  private receive(data: string): void {
    const message = readMessage(data);
    if (message === null) return;
    if (message.type === 'processes') {
      this.happened({ type: 'processes', processes: message.processes });
    }
    this.gathered.add(staleKeys(message));
    this.flushSoon();
    this.hearers.forEach((hear) => {
      hear(message);
    });
  }

  private flushSoon(): void {
    if (this.flushTimer !== undefined) return;
    const wait = Math.max(GATHER_MS, this.flushedAt + REFETCH_EVERY_MS - Date.now());
    this.flushTimer = setTimeout(() => {
      this.flushTimer = undefined;
      this.flushedAt = Date.now();
      for (const queryKey of this.gathered.take()) void queries.invalidateQueries({ queryKey });
    }, wait);
  }

  /** Ask who lives: it tells a dead service from a network that lets no stream through. */
  private async check(): Promise<void> {
    try {
      const health = await ask(api.GET('/api/v1/health', { signal: AbortSignal.timeout(8000) }));
      if (!this.streaming()) this.poll();
      this.happened({ type: 'processes', processes: health.processes });
    } catch (error) {
      if (!this.running) return;
      if (error instanceof ApiProblem && error.status === 401) return; // Back at the login.
      this.close();
      this.happened({ type: 'lost' });
    }
    if (!this.running) return;
    if (this.streaming()) {
      this.later(CHECK_MS, () => this.check());
    } else {
      this.later(this.pause(), () => {
        this.connect();
      });
    }
  }

  private streaming(): boolean {
    return this.source?.readyState === EventSource.OPEN;
  }

  /** The service answers and gives no stream: twice is no accident. */
  private poll(): void {
    this.failures += 1;
    if (this.failures < 2) return;
    this.happened({ type: 'polled' });
    refetchAll();
  }

  private pause(): number {
    if (this.state.link === 'polling') return POLL_MS;
    const awayMs = this.state.link === 'lost' ? Date.now() - this.state.since : 0;
    return Math.min(500 + awayMs / 5, 5000);
  }

  private later(ms: number, then: () => unknown): void {
    clearTimeout(this.nextTimer);
    this.nextTimer = setTimeout(() => void then(), ms);
  }

  private close(): void {
    clearTimeout(this.nextTimer);
    this.source?.close();
    this.source = null;
  }
}

function refetchAll(): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] !== 'session' && queryKey[0] !== 'lifecycle',
  });
}

const link = new LiveLink();

/** Listen as long as somebody is logged in. */
export function startLive(): () => void {
  return link.start();
}

/** The state of the link and of the service's processes. */
export function useLive(): LiveState {
  return useSyncExternalStore(link.watch, link.read);
}

/** Be told each message, for pages that do more than fetch anew (a new row, a sound). */
export function onLive(hear: (message: LiveMessage) => void): () => void {
  return link.hear(hear);
}
