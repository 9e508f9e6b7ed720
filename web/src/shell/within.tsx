/** A page for those with one of its rights; others read why not, or begin elsewhere. */
import type { ReactNode } from 'react';
import { Navigate } from 'react-router';
import { Failure } from '~/parts/failure';
import { ApiProblem } from '~/api/problem';
import { useSession, type Right } from '~/parts/session';
import { homeOf } from './places';

interface WithinProps {
  rights: Right[];
  /** The first page of the console: who may not see it begins where they may. */
  first?: boolean;
  children: ReactNode;
}

export function Within({ rights, first = false, children }: WithinProps) {
  const { session, may } = useSession();
  if (rights.length === 0 || rights.some(may)) return children;
  if (first) return <Navigate to={homeOf(session?.role ?? '', may)} replace />;
  return <Failure error={new ApiProblem(403, { type: 'forbidden' }, null)} />;
}
