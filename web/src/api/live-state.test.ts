import { describe, expect, it } from 'vitest';
import {
  after,
  begin,
  Gathered,
  outages,
  readMessage,
  recent,
  staleKeys,
  type LiveMessage,
  type Process,
} from './live-state';

const T = Date.parse('2026-11-21T06:02:00Z');

function worker(away: boolean, since: string): Process {
  return { name: 'worker', away, seen_at: since, since, wrong: {} };
}

function message(type: LiveMessage['type'], id = ''): LiveMessage {
  return { type, seq: 1, id, change: '', kind: '', revision: 0, processes: [] };
}

describe('link', () => {
  it('remembers since when nobody answers, however often it fails', () => {
    let state = after(begin(T), { type: 'opened' }, T + 100);
    state = after(state, { type: 'lost' }, T + 1000);
    state = after(state, { type: 'lost' }, T + 9000);
    expect(outages(state)).toEqual([{ part: 'link', since: T + 1000 }]);
  });

  it('says how long it was away when it is back, and for some seconds only', () => {
    let state = after(begin(T), { type: 'lost' }, T);
    state = after(state, { type: 'opened' }, T + 23_000);
    expect(outages(state)).toEqual([]);
    expect(recent(state.returned, T + 24_000)).toEqual([
      { part: 'link', awayMs: 23_000, at: T + 23_000 },
    ]);
    expect(recent(state.returned, T + 34_000)).toEqual([]);
  });

  it('says nothing on the first connection', () => {
    expect(after(begin(T), { type: 'opened' }, T + 900).returned).toEqual([]);
  });
});

describe('processes', () => {
  it('takes both ends of an absence from the service, not from this clock', () => {
    let state = after(begin(T), { type: 'opened' }, T);
    state = after(
      state,
      { type: 'processes', processes: [worker(true, '2026-11-21T05:00:00Z')] },
      T + 5,
    );
    expect(outages(state)).toEqual([{ part: 'worker', since: Date.parse('2026-11-21T05:00:00Z') }]);
    state = after(
      state,
      { type: 'processes', processes: [worker(false, '2026-11-21T05:00:23Z')] },
      T + 999_000,
    );
    expect(outages(state)).toEqual([]);
    expect(state.returned[0]?.awayMs).toBe(23_000);
  });

  it('names only the link while it is lost: what was last heard may be wrong by now', () => {
    let state = after(
      begin(T),
      { type: 'processes', processes: [worker(true, '2026-11-21T05:00:00Z')] },
      T,
    );
    state = after(state, { type: 'lost' }, T + 10);
    expect(outages(state).map(({ part }) => part)).toEqual(['link']);
  });
});

describe('messages', () => {
  it('fetches one incident and the lists it is in', () => {
    expect(staleKeys(message('incident', 'a'))).toEqual([['incident', 'a'], ['incidents'], ['overview']]);
  });

  it('without an id means all of them', () => {
    expect(staleKeys(message('incident'))[0]).toEqual(['incident']);
    expect(staleKeys(message('anew'))).toContainEqual(['cameras']);
  });

  it('gathers many messages into few fetches, and drops what a shorter key covers', () => {
    const gathered = new Gathered();
    gathered.add(staleKeys(message('camera', 'gate')));
    gathered.add(staleKeys(message('camera', 'gate')));
    gathered.add(staleKeys(message('desired')));
    const keys = gathered.take();
    expect(keys).toContainEqual(['camera']);
    expect(keys).not.toContainEqual(['camera', 'gate']);
    expect(keys.filter(([name]) => name === 'cameras')).toHaveLength(1);
    expect(gathered.take()).toEqual([]);
  });

  it('ignores what it cannot read and what a newer service may send', () => {
    expect(readMessage('')).toBeNull();
    expect(readMessage('null')).toBeNull();
    expect(readMessage('{"type":"weather"}')).toBeNull();
    expect(readMessage('{"type":"incident","id":"a"}')).toMatchObject({ id: 'a', processes: [] });
  });
});
