/** How queries behave, and their keys: live messages mark them stale by these very names. */
import { QueryClient } from '@tanstack/react-query';
import { backOff, isPassing } from './problem';

/** Every query key of the console begins with one of these; pages may append filters. */
export const keys = {
  session: ['session'] as const,
  lifecycle: ['lifecycle'] as const,
  incidents: (...filter: unknown[]) => ['incidents', ...filter] as const,
  incident: (id: string) => ['incident', id] as const,
  cameras: (...filter: unknown[]) => ['cameras', ...filter] as const,
  camera: (id: string, ...part: unknown[]) => ['camera', id, ...part] as const,
  catalog: (...part: unknown[]) => ['catalog', ...part] as const,
  destinations: (...part: unknown[]) => ['destinations', ...part] as const,
  overview: (...part: unknown[]) => ['overview', ...part] as const,
  health: ['health'] as const,
  people: ['people'] as const,
  apiKeys: ['api-keys'] as const,
  audit: (...filter: unknown[]) => ['audit', ...filter] as const,
};

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The live stream says what changed; a minute bounds what it may have missed.
      staleTime: 60_000,
      retry: (count, error) => count < 3 && isPassing(error),
      retryDelay: backOff,
      refetchOnWindowFocus: true,
      // An intranet without a way out is 'offline' for some browsers: ask anyway.
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
