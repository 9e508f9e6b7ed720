import { describe, expect, it } from 'vitest';
import { homeOf, placeOf } from './places';

describe('places', () => {
  it('an address belongs to the place above it', () => {
    expect(placeOf('/')).toBe('queue');
    expect(placeOf('/incidents/abc')).toBe('queue');
    expect(placeOf('/cameras/gate')).toBe('cameras');
    expect(placeOf('/camerasque')).toBeNull();
  });

  it('everybody begins where they may', () => {
    expect(homeOf('reviewer', (right) => right === 'incidents.read')).toBe('/');
    expect(homeOf('integrator', (right) => right === 'detect' || right === 'cameras.read')).toBe(
      '/integrate',
    );
    expect(homeOf('nobody', () => false)).toBe('/account');
  });
});
