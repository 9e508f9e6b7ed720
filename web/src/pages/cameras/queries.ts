/** What the camera pages ask the service for, and what they tell it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '~/api/client';
import { keys } from '~/api/queries';
import type { Text } from '~/i18n/words';
import { progress, type Filter } from './filter';

export type Camera = Schemas['Camera'];
export type CameraDetail = Schemas['CameraDetail'];
export type Task = Schemas['Task'];
export type TaskIn = Schemas['TaskIn'];
export type Algorithm = Schemas['Algorithm'];

/** Live messages tell of changes; this is for those that got lost. */
const AGAIN_MS = 20_000;
const SOON_MS = 3000;

export function useCameras(filter: Filter, limit: number) {
  return useQuery({
    queryKey: keys.cameras(filter, limit),
    queryFn: ({ signal }) => {
      const query = {
        search: filter.search,
        state: filter.states.length > 0 ? filter.states : undefined,
        blind: filter.blind || undefined,
        unit: filter.unit,
        after: filter.after,
        limit,
      };
      return ask(api.GET('/api/v1/cameras', { params: { query }, signal }));
    },
    placeholderData: (before) => before,
    // No message tells that the worker has applied a change: it is asked for while it is waited for.
    refetchInterval: ({ state: { data } }) => (data && isWaiting(data) ? SOON_MS : AGAIN_MS),
  });
}

export function useCamera(id: string) {
  return useQuery({
    queryKey: keys.camera(id),
    queryFn: ({ signal }) => ask(api.GET('/api/v1/cameras/{camera}', { params: { path: { camera: id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data && progress(data, data.revision, false) === 'applying' ? SOON_MS : AGAIN_MS),
  });
}

function isWaiting({ cameras, revision }: Schemas['CameraPage']): boolean {
  return cameras.some((camera) => progress(camera, revision, false) === 'applying');
}

export function useAlgorithms(): Algorithm[] | undefined {
  return useQuery({ queryKey: keys.catalog('algorithms'), queryFn: () => ask(api.GET('/api/v1/algorithms')) }).data;
}

export function useTemplates(): Schemas['Template'][] | undefined {
  return useQuery({ queryKey: keys.catalog('templates'), queryFn: () => ask(api.GET('/api/v1/templates')) }).data;
}

/** Names of algorithms by id. */
export function useNames(): (id: string) => Text {
  const algorithms = useAlgorithms();
  return (id) => algorithms?.find((a) => a.id === id)?.name ?? { zh: id, en: id };
}

/** The newest revision of what is wanted, and whether the worker is away. */
export function useWorker(pace = 15_000): { revision: number | null; away: boolean } {
  const { data } = useQuery({
    queryKey: keys.health,
    queryFn: () => ask(api.GET('/api/v1/health')),
    refetchInterval: pace,
  });
  const worker = data?.processes.find((p) => p.name === 'worker');
  return { revision: data?.revision ?? null, away: worker?.away === true };
}

/** Everything that shows cameras is fetched anew. */
export function useStale(): (id?: string) => Promise<void> {
  const client = useQueryClient();
  return async (id) => {
    const some = [client.invalidateQueries({ queryKey: keys.cameras() }), client.invalidateQueries({ queryKey: keys.health })];
    if (id !== undefined) some.push(client.invalidateQueries({ queryKey: keys.camera(id) }));
    await Promise.all(some);
  };
}
