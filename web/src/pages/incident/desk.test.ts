import { describe, expect, it } from 'vitest';
import * as desk from './desk';
import { incident } from './examples';

const NOW = 1_000_000;

function made(id: string, action = 'confirm', more: Partial<desk.Made> = {}): desk.Made {
  return {
    incident: incident({ id }),
    decision: { version: 1, action, reason: '', note: '', duplicate_of: '' },
    to: 'confirmed',
    undo: '',
    hold: true,
    ...more,
  };
}
const reject = (id: string) => made(id, 'reject', { to: 'rejected', undo: 'redecide', hold: false });

describe('a held decision', () => {
  it('goes out after its time and not before', () => {
    const { desk: held, letters } = desk.decide(desk.EMPTY, made('a'), NOW);
    expect(letters).toEqual([]);
    expect(desk.nextDue(held)).toBe(NOW + desk.HOLD_MS);
    expect(desk.due(held, NOW + desk.HOLD_MS - 1).letters).toEqual([]);
    const late = desk.due(held, NOW + desk.HOLD_MS);
    expect(late.letters.map(({ incident: id }) => id)).toEqual(['a']);
    expect(desk.nextDue(late.desk)).toBeNull();
  });
  it('goes out once only', () => {
    const { desk: held } = desk.decide(desk.EMPTY, made('a'), NOW);
    const { desk: sent } = desk.flush(held);
    expect(desk.due(sent, NOW + 10 * desk.HOLD_MS).letters).toEqual([]);
    expect(desk.flush(sent).letters).toEqual([]);
  });
  it('is sent by the next decision, before it', () => {
    const { desk: held } = desk.decide(desk.EMPTY, made('a'), NOW);
    const { letters } = desk.decide(held, reject('b'), NOW + 10);
    expect(letters.map((one) => one.incident)).toEqual(['a', 'b']);
  });
  it('is never sent once it was taken back', () => {
    const { desk: held } = desk.decide(desk.EMPTY, made('a'), NOW);
    const { desk: after, letters, undone } = desk.undo(held);
    expect(undone.back?.id).toBe('a');
    expect(letters).toEqual([]);
    expect(desk.due(after, NOW + 10 * desk.HOLD_MS).letters).toEqual([]);
  });
});

describe('undo', () => {
  it('sends the counter move on the version that the decision made', () => {
    const { desk: sent } = desk.decide(desk.EMPTY, reject('a'), NOW);
    const { desk: done } = desk.answered(sent, 1, incident({ id: 'a', version: 2, state: 'rejected' }));
    const { letters, desk: undoing } = desk.undo(done);
    expect(letters).toEqual([
      {
        key: 1,
        incident: 'a',
        decision: { version: 2, action: 'redecide', reason: '', note: '', duplicate_of: '' },
      },
    ]);
    const { desk: back } = desk.answered(undoing, 1, incident({ id: 'a', version: 3 }));
    expect(back.entries).toEqual([]);
  });
  it('waits for an answer that is under way, then sends the counter move', () => {
    const { desk: sent } = desk.decide(desk.EMPTY, reject('a'), NOW);
    const { desk: recalled, letters } = desk.undo(sent);
    expect(letters).toEqual([]);
    const after = desk.answered(recalled, 1, incident({ id: 'a', version: 2, state: 'rejected' }));
    expect(after.letters.map(({ decision }) => [decision.action, decision.version])).toEqual([
      ['redecide', 2],
    ]);
  });
  it('says what cannot be undone instead of undoing an older one', () => {
    const first = desk.decide(desk.EMPTY, reject('a'), NOW).desk;
    const second = desk.flush(desk.decide(first, made('b'), NOW).desk).desk;
    const { undone, letters } = desk.undo(second);
    expect(undone).toMatchObject({ back: null, final: { incident: { id: 'b' } } });
    expect(letters).toEqual([]);
  });
  it('goes back one decision after the other', () => {
    let now = desk.decide(desk.EMPTY, reject('a'), NOW).desk;
    now = desk.answered(now, 1, incident({ id: 'a', version: 2 })).desk;
    now = desk.decide(now, reject('b'), NOW).desk;
    now = desk.answered(now, 2, incident({ id: 'b', version: 2 })).desk;
    const first = desk.undo(now);
    const second = desk.undo(first.desk);
    expect([first.undone.back?.id, second.undone.back?.id]).toEqual(['b', 'a']);
  });
  it('has nothing to do on an empty desk', () => {
    expect(desk.undo(desk.EMPTY).undone).toEqual({ back: null, final: null });
  });
});

describe('what goes wrong', () => {
  it('keeps the note of a decision that came too late', () => {
    const given = reject('a');
    given.decision.note = '已备案施工';
    const { desk: sent } = desk.decide(desk.EMPTY, given, NOW);
    const after = desk.refused(sent, 1, incident({ id: 'a', version: 2, state: 'confirmed' }));
    expect(after.entries[0]).toMatchObject({ phase: 'refused', decision: { note: '已备案施工' } });
    expect(desk.decided(after).size).toBe(0);
  });
  it('sends again what did not get through', () => {
    const { desk: sent } = desk.decide(desk.EMPTY, reject('a'), NOW);
    const broken = desk.failed(sent, 1, 'away');
    const { letters, desk: again } = desk.retry(broken, 1);
    expect(letters.map(({ decision }) => decision.action)).toEqual(['reject']);
    expect(again.entries[0]?.phase).toBe('sending');
  });
  it('sends the counter move again when that did not get through', () => {
    let now = desk.decide(desk.EMPTY, reject('a'), NOW).desk;
    now = desk.answered(now, 1, incident({ id: 'a', version: 2 })).desk;
    now = desk.failed(desk.undo(now).desk, 1, 'away');
    expect(desk.retry(now, 1).letters.map(({ decision }) => decision.action)).toEqual(['redecide']);
  });
  it('is not what undo takes back', () => {
    let now = desk.decide(desk.EMPTY, reject('a'), NOW).desk;
    now = desk.answered(now, 1, incident({ id: 'a', version: 2 })).desk;
    now = desk.failed(desk.decide(now, reject('b'), NOW).desk, 2, 'away');
    expect(desk.undo(now).undone.back?.id).toBe('a');
  });
});

describe('what the list is told', () => {
  it('counts a decision as taken until the server knows', () => {
    const { desk: held } = desk.decide(desk.EMPTY, made('a'), NOW);
    expect(desk.decided(held).get('a')).toBe('confirmed');
    const { desk: sent } = desk.flush(held);
    expect(desk.decided(sent).get('a')).toBe('confirmed');
    const { desk: done } = desk.answered(sent, 1, incident({ id: 'a', version: 2, state: 'confirmed' }));
    expect(desk.decided(done).size).toBe(0);
  });
  it('forgets old ones, but nothing that is held or went wrong', () => {
    let now = desk.failed(desk.decide(desk.EMPTY, reject('wrong'), NOW).desk, 1, 'away');
    for (let n = 0; n < 100; n += 1) {
      now = desk.decide(now, reject(`x${String(n)}`), NOW).desk;
      now = desk.answered(now, n + 2, incident({ id: `x${String(n)}`, version: 2 })).desk;
    }
    expect(now.entries.length).toBeLessThan(40);
    expect(now.entries.some((one) => one.incident.id === 'wrong')).toBe(true);
  });
});
