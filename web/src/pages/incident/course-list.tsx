/** The course of an incident: what the camera saw and what was decided, oldest first. */
import { Timeline } from 'antd';
import { useText, useWords } from '~/i18n/words';
import { When } from '~/parts/when';
import { course, type Step } from './course';
import { actionOf, useWho } from './desk-bar';
import type { Incident, Lifecycle } from './types';
import { words } from './words';

const COLOURS = { seen: 'blue', grave: 'red', gone: 'gray', decided: 'green' } as const;

export function Course({ incident, life }: { incident: Incident; life: Lifecycle }) {
  return (
    <Timeline
      className="si-course"
      items={course(incident).map((step) => ({
        key: `${step.at} ${step.what}`,
        color: COLOURS[step.tone],
        content: <Told step={step} life={life} />,
      }))}
    />
  );
}

function Told({ step, life }: { step: Step; life: Lifecycle }) {
  const say = useWords(words);
  const text = useText();
  const who = useWho();
  const { decision, risen } = step;
  return (
    <>
      {step.what !== 'tl_reopened' && (
        <>
          <When at={step.at} as="clock" />{' '}
        </>
      )}
      {decision === null ? (
        say(step.what, { count: step.count, level: risen === null ? '' : text(risen.name) || risen.severity })
      ) : (
        <>
          <strong>{actionOf(life, decision.action, text)}</strong> · {who(decision)}
          {decision.reason !== '' && (
            <div>{text(life.reject_reasons[decision.reason]) || decision.reason}</div>
          )}
          {decision.note !== '' && <div className="si-note">“{decision.note}”</div>}
        </>
      )}
    </>
  );
}
