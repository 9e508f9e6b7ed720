/** Where things are and who may go there. */
import {
  ApiOutlined,
  AuditOutlined,
  BellOutlined,
  DashboardOutlined,
  KeyOutlined,
  PartitionOutlined,
  TeamOutlined,
  VideoCameraOutlined,
} from '@ant-design/icons';
import type { ComponentType } from 'react';
import type { Right } from '~/parts/session';

export type PlaceName =
  | 'queue'
  | 'overview'
  | 'cameras'
  | 'catalog'
  | 'integrate'
  | 'people'
  | 'keys'
  | 'audit';

export interface Place {
  name: PlaceName;
  path: string;
  icon: ComponentType;
  /** One of these suffices. */
  rights: Right[];
}

export const PLACES: readonly Place[] = [
  { name: 'queue', path: '/', icon: BellOutlined, rights: ['incidents.read'] },
  { name: 'overview', path: '/overview', icon: DashboardOutlined, rights: ['incidents.read'] },
  { name: 'cameras', path: '/cameras', icon: VideoCameraOutlined, rights: ['cameras.read'] },
  { name: 'catalog', path: '/catalog', icon: PartitionOutlined, rights: ['catalog.read'] },
  {
    name: 'integrate',
    path: '/integrate',
    icon: ApiOutlined,
    rights: ['detect', 'events.read', 'destinations.read'],
  },
  { name: 'keys', path: '/keys', icon: KeyOutlined, rights: ['keys.write'] },
  { name: 'people', path: '/people', icon: TeamOutlined, rights: ['users.write'] },
  { name: 'audit', path: '/audit', icon: AuditOutlined, rights: ['audit.read'] },
];

/** Where each role has its work, in this order; '/account' is everybody's. */
export function homeOf(role: string, may: (right: Right) => boolean): string {
  if (role === 'integrator' && may('detect')) return '/integrate';
  const open = PLACES.find(({ rights }) => rights.some(may));
  return open?.path ?? '/account';
}

/** The place that an address belongs to. */
export function placeOf(pathname: string): PlaceName | null {
  if (pathname.startsWith('/incidents/')) return 'queue';
  const found = PLACES.find(
    ({ path }) => path !== '/' && (pathname === path || pathname.startsWith(`${path}/`)),
  );
  return found?.name ?? (pathname === '/' ? 'queue' : null);
}
