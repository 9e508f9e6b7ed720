/** The pages and where they are. Each is fetched when it is first opened. */
import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { Broken } from './shell/broken';
import { Gate } from './shell/gate';
import { NotFound } from './shell/not-found';
import { Shell } from './shell/shell';
import { Waiting } from './parts/waiting';

type Module = Promise<{ default: ComponentType }>;

function page(path: string, load: () => Module): RouteObject {
  return {
    path,
    ErrorBoundary: Broken,
    lazy: async () => ({ Component: (await load()).default }),
  };
}

export const routes: RouteObject[] = [
  { HydrateFallback: Waiting, ...page('/login', () => import('./pages/login')) },
  {
    Component: Gate,
    HydrateFallback: Waiting,
    ErrorBoundary: Broken,
    children: [
      {
        Component: Shell,
        children: [
          page('/', () => import('./pages/queue')),
          page('/incidents/:id', () => import('./pages/incident')),
          page('/overview', () => import('./pages/overview')),
          page('/cameras', () => import('./pages/cameras')),
          page('/cameras/:id', () => import('./pages/cameras/one')),
          page('/catalog', () => import('./pages/catalog')),
          page('/catalog/:algorithm', () => import('./pages/catalog/algorithm')),
          page('/integrate', () => import('./pages/integrate')),
          page('/people', () => import('./pages/people')),
          page('/keys', () => import('./pages/keys')),
          page('/audit', () => import('./pages/audit')),
          page('/account', () => import('./pages/account')),
          { path: '*', Component: NotFound },
        ],
      },
    ],
  },
];

export const router = createBrowserRouter(routes);
