/** One incident in full, on its own page or beside the queue. */
import { Alert } from 'antd';
import { useState } from 'react';
import { ApiProblem } from '~/api/problem';
import { useLanguage, useText, useWords } from '~/i18n/words';
import { Empty } from '~/parts/empty';
import { Failure } from '~/parts/failure';
import { useLifecycle } from '~/parts/lifecycle';
import { useNow } from '~/parts/now';
import { useSession } from '~/parts/session';
import { shortTime } from '~/parts/time';
import { Waiting } from '~/parts/waiting';
import { Course } from './course-list';
import { decisionWords } from './decision-words';
import { actionOf, DeskBar, useWho } from './desk-bar';
import { Why } from './explained';
import { Facts } from './facts';
import { Head } from './head';
import './incident.css';
import { Originals } from './originals';
import { Stage } from './stage';
import type { Evidence, Incident, Lifecycle, Summary } from './types';
import { useIncident } from './use-incident';
import { Verdict } from './verdict';
import { words } from './words';

interface PaneProps {
  /** '' shows nothing but what the last decision is doing. */
  id: string;
  beside: boolean;
  onDecided: (id: string) => void;
  onShow: (incident: Summary) => void;
  /** What stands there without an incident. */
  nothing?: React.ReactNode;
}

export function Pane({ id, beside, onDecided, onShow, nothing }: PaneProps) {
  const life = useLifecycle();
  const query = useIncident(id);
  const [boxed, setBoxed] = useState(true);
  const retry = (): void => {
    void query.refetch();
  };
  if (life === undefined) return <Waiting rows={8} />;
  const incident = query.data;
  return (
    <article className="si-pane">
      <div className="si-body">
        {id === '' ? (
          nothing
        ) : incident !== undefined ? (
          <Shown key={incident.id} {...{ incident, life, beside, boxed, onBoxed: setBoxed, onOld: retry }} />
        ) : query.error instanceof ApiProblem && query.error.status === 404 ? (
          <Unknown />
        ) : query.isError ? (
          <Failure error={query.error} onRetry={retry} />
        ) : (
          <Waiting rows={8} onRetry={retry} />
        )}
      </div>
      <footer className="si-foot">
        <DeskBar life={life} onShow={onShow} />
        {incident !== undefined && (
          <Verdict key={incident.id} incident={incident} life={life} onDecided={onDecided} />
        )}
      </footer>
    </article>
  );
}

function Unknown() {
  const say = useWords(words);
  return <Empty title={say('unknownTitle')} hint={say('unknownHint')} />;
}

interface ShownProps {
  incident: Incident;
  life: Lifecycle;
  beside: boolean;
  boxed: boolean;
  onBoxed: (boxed: boolean) => void;
  onOld: () => void;
}

function Shown({ incident, life, beside, boxed, onBoxed, onOld }: ShownProps) {
  const say = useWords(words);
  const [originals, setOriginals] = useState<Evidence[] | null>(null);
  const seen = originals === null ? incident : { ...incident, evidence: originals };
  const old = (): void => {
    // Links of originals are made for one look; the next one gives a reason again.
    setOriginals(null);
    onOld();
  };
  return (
    <>
      <Head incident={incident} beside={beside} />
      <Meanwhile incident={incident} life={life} />
      <Stage incident={seen} boxed={boxed} onBoxed={onBoxed} onOld={old} />
      <Originals id={incident.id} shown={originals !== null} onShow={setOriginals} />
      <Why incident={incident} />
      <div className="si-more">
        <section aria-label={say('timeline')}>
          <h3>{say('timeline')}</h3>
          <Course incident={incident} life={life} />
        </section>
        <Facts incident={incident} />
      </div>
    </>
  );
}

/** Says so when somebody else decided while this was being looked at. */
function Meanwhile({ incident, life }: { incident: Incident; life: Lifecycle }) {
  const say = useWords(decisionWords);
  const text = useText();
  const language = useLanguage();
  const who = useWho();
  const now = useNow();
  const { session } = useSession();
  const [first] = useState(incident.version);
  const last = incident.decisions.at(-1);
  if (incident.version === first || last?.actor === session?.user) return null;
  const title =
    last === undefined
      ? say('movedMeanwhile', { state: text(life.states[incident.state]) })
      : say('decidedMeanwhile', {
          who: who(last),
          action: actionOf(life, last.action, text),
          time: shortTime(Date.parse(last.at), now, language),
        });
  return <Alert type="warning" showIcon title={title} />;
}
