/** A query on a page: waiting, failed or there. What is there stays while it is fetched anew. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from './failure';
import { Waiting } from './waiting';

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}

export function Loaded<T>({ query, rows, children }: LoadedProps<T>) {
  const retry = (): void => {
    void query.refetch();
  };
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && <Failure error={query.error} onRetry={retry} small />}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) return <Failure error={query.error} onRetry={retry} />;
  return <Waiting rows={rows} onRetry={retry} />;
}
