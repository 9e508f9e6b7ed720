/** Carries out what the desk decides: timers, requests, the last word before the page is left. */

import { ApiProblem, Unreachable } from '~/api/problem';
import { api, ask } from '~/api/client';
import { keys, queries } from '~/api/queries';
import * as desk from './desk';
import type { Decision, Incident } from './types';

/** Told of every incident that a decision (or a conflict) showed as it is now. */
type Heard = (incident: Incident) => void;

const AWAY_MS = 500;

class Runner {
  private state = desk.EMPTY;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly hearers = new Set<Heard>();
  private watchers = 0;
  private readonly underWay = new Set<Promise<void>>();

  readonly read = (): desk.Desk => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Be told of what decisions made of incidents. */
  readonly onFresh = (heard: Heard): (() => void) => {
    this.hearers.add(heard);
    return () => this.hearers.delete(heard);
  };

  decide(made: desk.Made): void {
    this.step(desk.decide(this.state, made, Date.now()));
  }

  undo(): desk.Undone {
    const { undone, ...step } = desk.undo(this.state);
    this.step(step);
    return undone;
  }

  retry(key: number): void {
    this.step(desk.retry(this.state, key));
  }

  dismiss(key: number): void {
    this.set(desk.dismissed(this.state, key));
  }

  readonly flush = (): void => {
    this.step(desk.flush(this.state));
  };

  /**
   * Keeps what is held as long as its way back is on the screen.
   *
   * From one incident to the next it is gone for a moment only.
   */
  readonly watched = (): (() => void) => {
    this.watchers += 1;
    return () => {
      this.watchers -= 1;
      setTimeout(() => {
        if (this.watchers === 0) this.flush();
      }, AWAY_MS);
    };
  };

  /** Sends what is held and waits until everything got its answer. */
  async settled(): Promise<void> {
    this.flush();
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private step({ desk: after, letters }: desk.Step): void {
    this.set(after);
    for (const letter of letters) {
      const sent = this.send(letter).finally(() => this.underWay.delete(sent));
      this.underWay.add(sent);
    }
  }

  private set(after: desk.Desk): void {
    this.state = after;
    clearTimeout(this.timer);
    const next = desk.nextDue(after);
    if (next !== null) {
      const late = () => {
        this.step(desk.due(this.state, Date.now()));
      };
      this.timer = setTimeout(late, Math.max(0, next - Date.now()));
    }
    this.listeners.forEach((tell) => {
      tell();
    });
  }

  private async send({ key, incident, decision }: desk.Letter): Promise<void> {
    try {
      const fresh = (await ask(
        api.POST('/api/v1/incidents/{incident}/decisions', {
          params: { path: { incident } },
          body: decision,
          // It gets through also when the tab is closed this very moment.
          keepalive: true,
        }),
      )) as Incident;
      this.learn(fresh);
      this.step(desk.answered(this.state, key, fresh));
    } catch (error) {
      this.refused(key, error);
    }
  }

  private refused(key: number, error: unknown): void {
    if (error instanceof ApiProblem && error.status === 409 && error.fresh !== null) {
      const fresh = error.fresh as Incident;
      this.learn(fresh);
      const entry = this.state.entries.find((one) => one.key === key);
      if (entry !== undefined && this.isOurs(fresh, entry)) {
        this.step(desk.answered(this.state, key, fresh));
      } else {
        this.set(desk.refused(this.state, key, fresh));
      }
      return;
    }
    this.set(desk.failed(this.state, key, problemOf(error)));
  }

  /** Says whether a conflict is only our own decision, whose answer did not get through before. */
  private isOurs(fresh: Incident, entry: desk.Entry): boolean {
    const last: Decision | undefined = fresh.decisions.at(-1);
    const session = queries.getQueryData<{ user: string } | null>(keys.session);
    const sent = entry.phase === 'undoing' ? entry.undo : entry.decision.action;
    const version = entry.phase === 'undoing' ? entry.fresh?.version : entry.decision.version;
    return (
      last !== undefined &&
      last.actor === session?.user &&
      last.action === sent &&
      version !== undefined &&
      last.version === version + 1
    );
  }

  private learn(fresh: Incident): void {
    queries.setQueryData(keys.incident(fresh.id), fresh);
    this.hearers.forEach((tell) => {
      tell(fresh);
    });
  }
}

function problemOf(error: unknown): string {
  if (error instanceof Unreachable) return 'away';
  if (!(error instanceof ApiProblem)) return String(error);
  if (error.status === 403 || error.status === 401) return 'forbidden';
  if (error.status === 404) return 'gone';
  // A proxy answers for a service that does not.
  if (error.status >= 502 && error.status <= 504) return 'away';
  return error.detail || error.errors.map(({ reason }) => reason).join('; ') || error.message;
}

export const runner = new Runner();

// Leaving sends what is held: a decision that was taken is never lost.
if (typeof window !== 'undefined') window.addEventListener('pagehide', runner.flush);
api.use({
  async onRequest({ request }) {
    const leaves = request.method === 'DELETE' && new URL(request.url).pathname === '/api/v1/session';
    if (leaves) await runner.settled();
    return undefined;
  },
});
