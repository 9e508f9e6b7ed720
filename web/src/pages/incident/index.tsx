/** The page of one incident. */
import { LeftOutlined } from '@ant-design/icons';
import { useEffect } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useText, useWords } from '~/i18n/words';
import { useDecisionKeys } from './key-help';
import { useCommands } from './keyboard';
import { Pane } from './pane';
import { after, beside, drop, queueAddress } from './sequence';
import { useIncident } from './use-incident';
import { words } from './words';

export default function IncidentPage() {
  const say = useWords(words);
  const text = useText();
  const { id = '' } = useParams();
  const navigate = useNavigate();
  useDecisionKeys();
  const incident = useIncident(id).data;
  const title =
    incident === undefined ? say('incident') : `${text(incident.kind_name)} · ${incident.camera.name}`;
  useEffect(() => {
    document.title = `${title} · 雪亮`;
  }, [title]);
  const go = (next: string): void => {
    void navigate(next === '' ? queueAddress() : `/incidents/${next}`, { replace: true });
  };
  useCommands(({ does }) => {
    if (does === 'next' || does === 'previous') {
      const next = beside(id, does === 'next' ? 1 : -1);
      if (next === '') return false;
      go(next);
    } else if (does === 'close') void navigate(queueAddress());
    else return false;
    return true;
  });
  return (
    <section className="si-page">
      <div className="si-page-head">
        <Link to={queueAddress()}>
          <LeftOutlined /> {say('toQueue')}
        </Link>
      </div>
      <Pane
        id={id}
        beside={false}
        onDecided={(decided) => {
          const next = after(decided);
          drop(decided);
          // Without a queue behind it, the page stays where it is and shows what became of it.
          if (next !== '') go(next);
        }}
        onShow={({ id: shown }) => {
          go(shown);
        }}
      />
    </section>
  );
}
