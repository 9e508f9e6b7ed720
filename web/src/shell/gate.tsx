/** Only who is logged in gets further; who is not comes back here after the login. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { onLoginLost } from '~/api/client';
import { Failure } from '~/parts/failure';
import { forget, useSessionQuery } from '~/parts/session';
import { Waiting } from '~/parts/waiting';

export function Gate() {
  const session = useSessionQuery();
  const client = useQueryClient();
  const { pathname, search } = useLocation();
  const [wasIn, setWasIn] = useState(false);
  if (session.data && !wasIn) setWasIn(true);
  useEffect(
    () =>
      onLoginLost(() => {
        forget(client);
      }),
    [client],
  );
  if (session.data === null) {
    return <Navigate to={loginAddress(pathname + search, wasIn)} replace />;
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

/** The login, and where to go after it; `ended`: the person was logged in before. */
function loginAddress(back: string, ended: boolean): string {
  const query = new URLSearchParams();
  if (back !== '/') query.set('back', back);
  if (ended) query.set('ended', '1');
  const text = query.toString();
  return text === '' ? '/login' : `/login?${text}`;
}
