/** The verdict bar: what may be decided now, with its keys, and what a decision asks for. */
import { useEffect, useRef, useState } from 'react';
import { Button, Tooltip, type InputRef } from 'antd';
import { useText, useWords } from '~/i18n/words';
import { useSession } from '~/parts/session';
import { decided } from './desk';
import { Duplicates } from './duplicates';
import { useCommands, useOpenList } from './keyboard';
import { hasSeen } from './keys';
import { asksFor, isHeld, keysOf, leadsTo, takenBackBy } from './moves';
import { Reasons } from './reasons';
import { runner } from './runner';
import type { Incident, Lifecycle } from './types';
import { useDesk } from './use-incident';
import { decisionWords } from './decision-words';

/** Notes that were typed and not sent: they outlive a look at another incident, and a conflict. */
const drafts = new Map<string, string>();

/** A note that a decision took with it is no draft any more. */
function draftOf(incident: Incident): string {
  const draft = drafts.get(incident.id) ?? '';
  return incident.decisions.some(({ note }) => note === draft.trim()) ? '' : draft;
}

interface VerdictProps {
  incident: Incident;
  life: Lifecycle;
  onDecided: (id: string) => void;
}

export function Verdict({ incident, life, onDecided }: VerdictProps) {
  const say = useWords(decisionWords);
  const text = useText();
  const { may } = useSession();
  const desk = useDesk();
  const [asking, setAsking] = useState('');
  const [note, setNote] = useState(() => draftOf(incident));
  const noteField = useRef<InputRef>(null);
  const shownAt = useRef(Infinity);
  useEffect(() => {
    // What a key meant that was pressed before this was painted, was the one before.
    const painted = requestAnimationFrame(() => {
      shownAt.current = performance.now();
    });
    return () => {
      cancelAnimationFrame(painted);
    };
  }, []);

  const busy = desk.entries.some(
    (one) => one.incident.id === incident.id && ['held', 'sending', 'undoing'].includes(one.phase),
  );
  const actions = busy ? [] : incident.actions;
  const numbers = keysOf(actions);
  const open = asking !== '' && actions.includes(asking);
  useOpenList(open);

  const send = (action: string, reason = '', original = ''): void => {
    runner.decide({
      incident,
      decision: { version: incident.version, action, reason, note, duplicate_of: original },
      to: leadsTo(life, incident.state, action),
      undo: takenBackBy(life, incident.state, action),
      hold: isHeld(life, incident.state, action),
    });
    setAsking('');
    onDecided(incident.id);
  };
  const act = (action: string): void => {
    if (asksFor(action) === 'nothing') send(action);
    else setAsking(asking === action ? '' : action);
  };
  const write = (typed: string): void => {
    setNote(typed);
    drafts.set(incident.id, typed);
  };

  useCommands((asked, at) => {
    if (asked.does === 'act') {
      const action = actions.find((name) => numbers.get(name) === asked.key);
      if (action !== undefined && hasSeen(shownAt.current, at)) act(action);
      return action !== undefined;
    }
    if (asked.does === 'note' && open) {
      noteField.current?.focus();
      return true;
    }
    if (asked.does !== 'close' || !open) return false;
    // Out of the note first, then out of the list.
    if (noteField.current?.input === document.activeElement && open) noteField.current?.blur();
    else setAsking('');
    return true;
  });

  if (!may('incidents.decide')) return <p className="si-quiet">{say('readOnly')}</p>;
  const state = text(life.states[decided(desk).get(incident.id) ?? incident.state]);
  if (incident.actions.length === 0) {
    const away = incident.decisions.some(({ by }) => by === 'platform');
    return <p className="si-quiet">{say(away ? 'withPlatform' : 'nothingToDo', { state })}</p>;
  }
  return (
    <div className="si-verdict">
      {open && asksFor(asking) === 'reason' && (
        <Reasons
          life={life}
          note={note}
          noteField={noteField}
          onNote={write}
          onChoose={(reason) => {
            send(asking, reason);
          }}
          onCancel={() => {
            setAsking('');
          }}
        />
      )}
      {open && asksFor(asking) === 'original' && (
        <Duplicates
          incident={incident}
          onChoose={(original) => {
            send(asking, '', original);
          }}
          onCancel={() => {
            setAsking('');
          }}
        />
      )}
      <div className="si-buttons" role="toolbar" aria-label={say('verdict')}>
        {incident.actions.map((name) => {
          const action = life.actions.find((one) => one.name === name);
          const key = numbers.get(name) ?? '';
          return (
            <Tooltip key={name} title={key && say('keyHint', { key })} mouseEnterDelay={0.8}>
              <Button
                size="large"
                type={name === 'confirm' ? 'primary' : 'default'}
                danger={name === 'withdraw'}
                disabled={busy}
                aria-expanded={asksFor(name) === 'nothing' ? undefined : asking === name}
                aria-keyshortcuts={key}
                data-action={name}
                onClick={() => {
                  act(name);
                }}
              >
                {key !== '' && <kbd>{key}</kbd>}
                <span className="si-word">{text(action?.words) || name}</span>
              </Button>
            </Tooltip>
          );
        })}
      </div>
    </div>
  );
}
