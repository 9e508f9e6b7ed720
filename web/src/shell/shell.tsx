/** Header, navigation, banner, page. */
import { Drawer, Layout } from 'antd';
import { useEffect, useState } from 'react';
import { Outlet } from 'react-router';
import { startLive } from '~/api/live';
import { useWords } from '~/i18n/words';
import { useSession } from '~/parts/session';
import { Banner } from './banner';
import { Header } from './header';
import { Help } from './help';
import { Navigation } from './navigation';
import { useNarrow } from './narrow';
import { words } from './words';

export function Shell() {
  const say = useWords(words);
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const restricted = useSession().session?.must_change === true;
  useEffect(() => (restricted ? undefined : startLive()), [restricted]);
  return (
    <Layout className="se-shell">
      <a className="se-skip" href="#se-main">
        {say('skip')}
      </a>
      <Header
        onMenu={
          narrow && !restricted
            ? () => {
                setOpen(true);
              }
            : undefined
        }
      />
      <Layout hasSider={!narrow}>
        {!narrow && !restricted && (
          <Layout.Sider width={208} className="se-sider" theme="light">
            <Navigation />
          </Layout.Sider>
        )}
        <Layout.Content className="se-content" id="se-main">
          <Banner />
          <Outlet />
        </Layout.Content>
      </Layout>
      <Drawer
        open={open && narrow}
        placement="left"
        size={240}
        title={say('menu')}
        styles={{ body: { padding: 0 } }}
        onClose={() => {
          setOpen(false);
        }}
      >
        <Navigation
          onGo={() => {
            setOpen(false);
          }}
        />
      </Drawer>
      <Help />
    </Layout>
  );
}
