import { describe, expect, it } from 'vitest';
import { decision, incident, picture } from './examples';
import { course } from './course';
import { Links } from './links';
import { candidates, overlap } from './nearby';
import { compared, pictures, wideView, zonesOf } from './pictures';

describe('which pictures are shown', () => {
  const first = [picture('start', 0), picture('wide', 10), picture('annotated', 10), picture('close_up', 10)];

  it('compares the beginning with the newest sighting', () => {
    const found = pictures([...first, picture('now', 20), picture('now', 30)]);
    expect(compared(found)?.map(({ sha256 }) => sha256)).toEqual(['start0', 'now30']);
  });
  it('compares the beginning with the alarm when nothing newer came', () => {
    expect(compared(pictures(first))?.map(({ sha256 }) => sha256)).toEqual(['start0', 'wide10']);
    expect(compared(pictures([picture('wide', 10)]))).toBeNull();
  });
  it('shows the newest episode of what came back', () => {
    const found = pictures([...first, picture('after', 20), picture('start', 50), picture('wide', 60)]);
    expect([found.wide?.sha256, found.start?.sha256, found.latest]).toEqual(['wide60', 'start50', null]);
  });
  it('waits for the clip of the newest episode instead of showing an old one', () => {
    const pending = picture('clip', 0, { state: 'pending', captured_at: null });
    expect(pictures([picture('clip', 10), pending]).clip?.state).toBe('pending');
  });
  it('draws the box where it is known, and shows the burnt-in one where it moved', () => {
    const found = pictures(first);
    expect(wideView(incident(), found, true)).toMatchObject({
      evidence: { role: 'wide' },
      box: [0.1, 0.2, 0.3, 0.4],
    });
    expect(wideView(incident({ merged: 1 }), found, true)).toMatchObject({
      evidence: { role: 'annotated' },
      box: null,
    });
    expect(wideView(incident({ merged: 1 }), found, false)).toMatchObject({
      evidence: { role: 'wide' },
      box: null,
    });
  });
  it('draws watched zones only', () => {
    const corner = [0, 0];
    const zones = [
      { name: 'a', kind: 'include', points: [corner] },
      { name: 'b', kind: 'exclude', points: [corner] },
    ];
    const made_by = { ...incident().made_by, zone: { name: 'a', zones } };
    expect(zonesOf(incident({ made_by })).map(({ name }) => name)).toEqual(['a']);
  });
});

describe('links to evidence', () => {
  const at = (until: number, url = 'x') => picture('wide', 1, { url: `/e/${url}?until=${String(until)}` });

  it('stay the same while they live, however often they are signed anew', () => {
    const links = new Links();
    expect(links.of(at(600, 'old'), 0)).toBe(links.of(at(900, 'new'), 100_000));
  });
  it('are replaced shortly before they expire, or when they did not work', () => {
    const links = new Links();
    links.of(at(600, 'old'), 0);
    expect(links.of(at(1200, 'new'), 590_000)).toContain('/e/new');
    links.forget(at(1200));
    expect(links.of(at(1300, 'newer'), 590_000)).toContain('/e/newer');
  });
  it('are kept apart with and without masks', () => {
    const links = new Links();
    links.of(at(600, 'masked'), 0);
    expect(links.of({ ...at(600, 'bare'), masked: false }, 0)).toContain('/e/bare');
  });
});

describe('what it may repeat', () => {
  it('lists what lies at the same spot first, without itself and other duplicates', () => {
    const far = incident({ id: 'far', box: [0.8, 0.8, 0.9, 0.9], opened_at: '2026-11-21T08:04:59.000Z' });
    const near = incident({ id: 'near', opened_at: '2026-11-21T06:00:00.000Z' });
    const repeat = incident({ id: 'repeat', state: 'duplicate' });
    expect(candidates(incident(), [far, repeat, incident(), near], 9).map(({ id }) => id)).toEqual([
      'near',
      'far',
    ]);
  });
  it('measures overlap', () => {
    expect(overlap([0, 0, 1, 1], [0, 0, 1, 1])).toBe(1);
    expect(overlap([0, 0, 0.5, 1], [0.5, 0, 1, 1])).toBe(0);
  });
});

describe('the course', () => {
  it('puts sightings and decisions in the order of time', () => {
    const steps = course(
      incident({
        merged: 2,
        last_seen: '2026-11-21T08:10:00.000Z',
        cleared_at: '2026-11-21T08:12:00.000Z',
        decisions: [decision({ at: '2026-11-21T08:06:00.000Z' })],
      }),
    );
    expect(steps.map(({ what, tone }) => (tone === 'decided' ? 'decided' : what))).toEqual([
      'tl_began',
      'tl_opened',
      'decided',
      'tl_merged',
      'tl_cleared',
    ]);
  });
});
