/** The pages and where they are. Each is fetched when it is first opened. */
import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { Waiting } from './parts/waiting';
import type { Right } from './parts/session';
import { Broken } from './shell/broken';
import { Gate } from './shell/gate';
import { NotFound } from './shell/not-found';
import { PLACES, type PlaceName } from './shell/places';
import { Shell } from './shell/shell';
import { Within } from './shell/within';

type Load = () => Promise<{ default: ComponentType }>;

function page(path: string, load: Load, place?: PlaceName): RouteObject {
  const rights: Right[] = PLACES.find(({ name }) => name === place)?.rights ?? [];
  return {
    path,
    ErrorBoundary: Broken,
    HydrateFallback: Waiting,
    lazy: async () => {
      const { default: Content } = await load();
      return {
        Component: () => (
          <Within rights={rights} first={path === '/'}>
            <Content />
          </Within>
        ),
      };
    },
  };
}

const pages: RouteObject[] = [
  page('/', () => import('./pages/queue'), 'queue'),
  page('/incidents/:id', () => import('./pages/incident'), 'queue'),
  page('/overview', () => import('./pages/overview'), 'overview'),
  page('/cameras', () => import('./pages/cameras'), 'cameras'),
  page('/cameras/:id', () => import('./pages/cameras/one'), 'cameras'),
  page('/catalog', () => import('./pages/catalog'), 'catalog'),
  page('/catalog/:algorithm', () => import('./pages/catalog/algorithm'), 'catalog'),
  page('/integrate', () => import('./pages/integrate'), 'integrate'),
  page('/people', () => import('./pages/people'), 'people'),
  page('/keys', () => import('./pages/keys'), 'keys'),
  page('/audit', () => import('./pages/audit'), 'audit'),
  page('/account', () => import('./pages/account')),
  { path: '*', Component: NotFound },
];

export const router = createBrowserRouter([
  page('/login', () => import('./pages/login')),
  {
    Component: Gate,
    ErrorBoundary: Broken,
    HydrateFallback: Waiting,
    children: [{ Component: Shell, ErrorBoundary: Broken, children: pages }],
  },
]);
