/** One incident as a query, and what belongs to it. */
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useSession } from '~/parts/session';
import type { Desk } from './desk';
import { links } from './links';
import { pictures, wideView } from './pictures';
import { runner } from './runner';
import type { Evidence, Incident, Task } from './types';

const query = (id: string) => ({
  queryKey: keys.incident(id),
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await ask(
      api.GET('/api/v1/incidents/{incident}', { params: { path: { incident: id } }, signal }),
    )) as Incident,
});

export function useIncident(id: string) {
  return useQuery({ ...query(id), enabled: id !== '' });
}

/** Fetches an incident and its pictures ahead, so that it is there at once. */
export async function preload(client: QueryClient, id: string): Promise<void> {
  const incident = await client.ensureQueryData(query(id));
  const found = pictures(incident.evidence);
  const shown = [wideView(incident, found, true)?.evidence, found.closeUp];
  for (const one of shown) if (one?.state === 'attached') warm(one);
}

function warm(evidence: Evidence): void {
  new Image().src = links.of(evidence);
}

/** The camera's task as it is now, as far as one may read it: it tells where a limit comes from. */
export function useTask(incident: Incident): Task | undefined {
  const { may } = useSession();
  const found = useQuery({
    queryKey: keys.camera(incident.camera.id),
    queryFn: () =>
      ask(api.GET('/api/v1/cameras/{camera}', { params: { path: { camera: incident.camera.id } } })),
    enabled: may('cameras.read'),
  });
  const tasks = found.data?.tasks as Task[] | undefined;
  return tasks?.find((task) => task.algorithm === incident.made_by.algorithm);
}

/** The decisions on their way. */
export function useDesk(): Desk {
  return useSyncExternalStore(runner.subscribe, runner.read);
}
