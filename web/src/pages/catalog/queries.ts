/** What the catalog pages ask the service for. */
import { useQuery } from '@tanstack/react-query';
import { api, ask, type Schemas } from '~/api/client';
import { keys } from '~/api/queries';

export type Algorithm = Schemas['Algorithm'];
export type Model = Schemas['Model'];
export type Template = Schemas['Template'];

export function useAlgorithms() {
  return useQuery({
    queryKey: keys.catalog('algorithms'),
    queryFn: () => ask(api.GET('/api/v1/algorithms')),
  });
}

/** `pace`: asked for again after so many milliseconds. */
export function useAlgorithm(id: string, pace?: number) {
  return useQuery({
    refetchInterval: pace,
    queryKey: keys.catalog('algorithm', id),
    queryFn: () => ask(api.GET('/api/v1/algorithms/{algorithm}', { params: { path: { algorithm: id } } })),
  });
}

/** Speeds are measured all the time; a glance every 10 s shows them. */
export function useModels() {
  return useQuery({
    queryKey: keys.catalog('models'),
    queryFn: () => ask(api.GET('/api/v1/models')),
    refetchInterval: 10_000,
  });
}

export function useTemplates() {
  return useQuery({
    queryKey: keys.catalog('templates'),
    queryFn: () => ask(api.GET('/api/v1/templates')),
  });
}
