/** Who is logged in and what they may do. */
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, ask, type Schemas } from '~/api/client';
import { ApiProblem } from '~/api/problem';
import { keys } from '~/api/queries';
import { Failure } from './failure';

export type Session = Schemas['Session'];
export type Right = Schemas['Right'];

/** The session as a query: null when nobody is logged in. */
export function useSessionQuery() {
  return useQuery<Session | null>({
    queryKey: keys.session,
    queryFn: async () => {
      try {
        return await ask(api.GET('/api/v1/session'));
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 5 * 60_000,
  });
}

/** Who is logged in; `may` says whether they have a right. Inside of the shell somebody is. */
export function useSession(): {
  session: Session | null;
  may: (right: Right) => boolean;
  /** Take over a session that a login or a password change gave. */
  enter: (session: Session) => void;
  leave: () => Promise<void>;
} {
  const client = useQueryClient();
  const session = useSessionQuery().data ?? null;
  return {
    session,
    may: (right) => session !== null && session.rights.includes(right),
    enter: (entered) => {
      client.setQueryData(keys.session, entered);
    },
    leave: async () => {
      await ask(api.DELETE('/api/v1/session'));
      // A new document: nothing of this person stays in the memory of the tab.
      window.location.assign('/login');
    },
  };
}

/** Nobody is logged in (any more): nothing of theirs stays in the tab. */
export function forget(client: QueryClient): void {
  client.setQueryData(keys.session, null);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
}

interface RightsGateProps {
  /** One of these suffices. */
  right: Right | Right[];
  /** What stands there without the right: nothing, unless given; `true`: words that say so. */
  otherwise?: ReactNode | true;
  children: ReactNode;
}

/** Show something only to those who may use it. */
export function RightsGate({ right, otherwise = null, children }: RightsGateProps) {
  const { may } = useSession();
  const rights = Array.isArray(right) ? right : [right];
  if (rights.some(may)) return children;
  if (otherwise === true) return <Failure error={new ApiProblem(403, { type: 'forbidden' }, null)} />;
  return otherwise;
}
