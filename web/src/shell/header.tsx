/** The name of the product, language, help, and who is logged in. */
import {
  DesktopOutlined,
  LogoutOutlined,
  MenuOutlined,
  MoonOutlined,
  QuestionCircleOutlined,
  SunOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { App, Badge, Button, Dropdown, Layout, type MenuProps } from 'antd';
import { Link, useNavigate } from 'react-router';
import { speak, useLanguage, useWords } from '~/i18n/words';
import { useSession } from '~/parts/session';
import { useLook, wear, type Look } from './dark';
import { showHelp } from './help';
import { useWaiting } from './navigation';
import { words } from './words';

export function Mark() {
  const say = useWords(words);
  return (
    <span className="se-mark">
      <img src="/icon.svg" alt="" width={28} height={28} />
      <span className="se-mark-text">{say('product')}</span>
    </span>
  );
}

/** Names the other language in itself: whoever needs it can read it. */
export function LanguageSwitch() {
  const say = useWords(words);
  const language = useLanguage();
  return (
    <Button
      type="text"
      aria-label={say('languageHint')}
      title={say('languageHint')}
      onClick={() => {
        speak(language === 'zh' ? 'en' : 'zh');
      }}
    >
      {say('language')}
    </Button>
  );
}

const LOOKS: { look: Look; icon: React.ReactNode }[] = [
  { look: 'system', icon: <DesktopOutlined /> },
  { look: 'dark', icon: <MoonOutlined /> },
  { look: 'light', icon: <SunOutlined /> },
];

function UserMenu() {
  const say = useWords(words);
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { session, leave } = useSession();
  const look = useLook();
  if (session === null) return null;
  const items: MenuProps['items'] = [
    {
      key: 'who',
      type: 'group',
      label: `${session.user} · ${say(`role.${session.role}`)}`,
      children: [{ key: 'account', icon: <UserOutlined />, label: say('account') }],
    },
    {
      key: 'look',
      type: 'group',
      label: say('look'),
      children: LOOKS.map(({ look: one, icon }) => ({ key: one, icon, label: say(`look.${one}`) })),
    },
    { type: 'divider' },
    { key: 'leave', icon: <LogoutOutlined />, label: say('logOut') },
  ];
  const onClick: MenuProps['onClick'] = ({ key }) => {
    if (key === 'account') void navigate('/account');
    else if (key === 'leave') leave().catch(() => message.error(say('logOutFailed')));
    else wear(key as Look);
  };
  return (
    <Dropdown menu={{ items, onClick, selectedKeys: [look] }} trigger={['click']}>
      <Button type="text" icon={<UserOutlined />} aria-label={say('userMenu', { user: session.user })}>
        <span className="se-user">{session.user}</span>
      </Button>
    </Dropdown>
  );
}

export function Header({ onMenu }: { onMenu?: () => void }) {
  const say = useWords(words);
  const waiting = useWaiting() ?? 0;
  return (
    <Layout.Header className="se-header">
      {onMenu !== undefined && (
        <Badge count={waiting} size="small" overflowCount={99} offset={[-8, 6]}>
          <Button type="text" icon={<MenuOutlined />} aria-label={say('menu')} onClick={onMenu} />
        </Badge>
      )}
      <Link to="/" className="se-mark-link">
        <Mark />
      </Link>
      <span className="se-grow" />
      <LanguageSwitch />
      <Button
        type="text"
        className="se-wide-only"
        icon={<QuestionCircleOutlined />}
        aria-label={say('help')}
        title={`${say('help')} (?)`}
        onClick={showHelp}
      />
      <UserMenu />
    </Layout.Header>
  );
}
