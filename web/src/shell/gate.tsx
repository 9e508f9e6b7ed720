/** Only who is logged in gets further; who is not comes back here after the login. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { onLoginLost } from '~/api/client';
import { Failure } from '~/parts/failure';
import { forget, useSessionQuery } from '~/parts/session';
import { Waiting } from '~/parts/waiting';

export function Gate() {
  const session = useSessionQuery();
  const client = useQueryClient();
  const { pathname, search } = useLocation();
  useEffect(
    () =>
      onLoginLost(() => {
        forget(client);
      }),
    [client],
  );
  if (session.data === null) {
    const back = pathname + search;
    return <Navigate to={back === '/' ? '/login' : `/login?back=${encodeURIComponent(back)}`} replace />;
  }
  if (session.data === undefined) {
    return (
      <div className="se-alone">
        {session.isError ? (
          <Failure error={session.error} onRetry={() => void session.refetch()} />
        ) : (
          <Waiting />
        )}
      </div>
    );
  }
  if (session.data.must_change && pathname !== '/account') return <Navigate to="/account" replace />;
  return <Outlet />;
}
