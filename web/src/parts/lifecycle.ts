/** The words of cases and kinds, from the service's own table. */
import { useQuery } from '@tanstack/react-query';
import { api, ask, type Schemas } from '~/api/client';
import { keys } from '~/api/queries';

/** The life cycle's table; undefined until it is there. It changes with a release only. */
export function useLifecycle(): Schemas['Lifecycle'] | undefined {
  return useQuery({
    queryKey: keys.lifecycle,
    queryFn: () => ask(api.GET('/api/v1/lifecycle')),
    staleTime: Infinity,
    gcTime: Infinity,
  }).data;
}
