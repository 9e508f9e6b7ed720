/** The present time as state: one timer a period for the whole tab. */
import { useSyncExternalStore } from 'react';

class Clock {
  private now = Date.now();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly periodMs: number) {}

  readonly read = (): number => this.now;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (this.listeners.size === 1) {
      this.tick();
      this.timer = setInterval(this.tick, this.periodMs);
    }
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) clearInterval(this.timer);
    };
  };

  private readonly tick = (): void => {
    this.now = Date.now();
    this.listeners.forEach((tell) => {
      tell();
    });
  };
}

const clocks = { second: new Clock(1000), slow: new Clock(10_000) };

/** Milliseconds since 1970, renewed every second or, by default, every ten. */
export function useNow(pace: 'second' | 'slow' = 'slow'): number {
  const clock = clocks[pace];
  return useSyncExternalStore(clock.subscribe, clock.read);
}
