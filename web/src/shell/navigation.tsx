/** The places that this person may go to. */
import { useQuery } from '@tanstack/react-query';
import { Badge, Menu } from 'antd';
import { Link, useLocation } from 'react-router';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { useSession } from '~/parts/session';
import { PLACES, placeOf } from './places';
import { words } from './words';

/** How many incidents wait for a decision; undefined until it is known or without the right. */
export function useWaiting(): number | undefined {
  const { session, may } = useSession();
  return useQuery({
    queryKey: keys.incidents('waiting'),
    queryFn: () => ask(api.GET('/api/v1/incidents', { params: { query: { limit: 1 } } })),
    select: (page) => page.waiting,
    enabled: session !== null && !session.must_change && may('incidents.read'),
  }).data;
}

export function Navigation({ onGo }: { onGo?: () => void }) {
  const say = useWords(words);
  const { may } = useSession();
  const { pathname } = useLocation();
  const waiting = useWaiting() ?? 0;
  const here = placeOf(pathname);
  return (
    <nav aria-label={say('menu')}>
      <Menu
        mode="inline"
        className="se-menu"
        selectedKeys={here === null ? [] : [here]}
        onClick={onGo}
        items={PLACES.filter(({ rights }) => rights.some(may)).map(({ name, path, icon: Icon }) => ({
          key: name,
          icon: <Icon />,
          label: (
            <Link to={path} className="se-menu-link">
              <span>{say(name)}</span>
              {name === 'queue' && waiting > 0 && (
                <Badge count={waiting} overflowCount={999} title={say('waiting', { count: waiting })} />
              )}
            </Link>
          ),
        }))}
      />
    </nav>
  );
}
