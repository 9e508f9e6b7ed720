/** What the last decision is doing, and the way back; what went wrong stays until it is read. */
import { Alert, App, Button } from 'antd';
import { useEffect } from 'react';
import { useLanguage, useText, useWords } from '~/i18n/words';
import { useNow } from '~/parts/now';
import { useSession } from '~/parts/session';
import { shortTime } from '~/parts/time';
import { HOLD_MS, isWrong, type Entry } from './desk';
import { useCommands } from './keyboard';
import { runner } from './runner';
import type { Decision, Lifecycle, Summary } from './types';
import { useDesk } from './use-incident';
import { decisionWords } from './decision-words';

interface DeskBarProps {
  life: Lifecycle;
  /** Shows an incident: one that is back, or one that somebody else decided. */
  onShow: (incident: Summary) => void;
}

export function DeskBar({ life, onShow }: DeskBarProps) {
  const say = useWords(decisionWords);
  const text = useText();
  const { message } = App.useApp();
  const { entries } = useDesk();
  useEffect(() => runner.watched(), []);

  const named = (incident: Summary) => ({
    kind: text(incident.kind_name) || incident.kind,
    place: incident.camera.name || incident.camera.id,
  });
  const what = ({ incident, decision }: Entry) =>
    say('what', { action: actionOf(life, decision.action, text), ...named(incident) });
  const undo = (): void => {
    const undone = runner.undo();
    if (undone.back !== null) {
      onShow(undone.back);
      void message.info(say('undone', named(undone.back)), 2);
    } else if (undone.final !== null) {
      void message.warning(say('undoFinal', { action: actionOf(life, undone.final.decision.action, text) }));
    } else void message.info(say('undoNothing'), 1.5);
  };
  useCommands(({ does }) => {
    if (does === 'undo') undo();
    else if (does === 'now') runner.flush();
    else return false;
    return true;
  });

  const latest = [...entries].reverse().find((one) => !isWrong(one));
  return (
    <div className="si-desk" aria-live="polite">
      {entries.filter(isWrong).map((entry) => (
        <Wrong key={entry.key} entry={entry} life={life} what={what(entry)} onShow={onShow} />
      ))}
      {latest !== undefined && <Latest entry={latest} what={what(latest)} onUndo={undo} />}
    </div>
  );
}

function Latest({ entry, what, onUndo }: { entry: Entry; what: string; onUndo: () => void }) {
  const say = useWords(decisionWords);
  const now = useNow('second');
  const { phase } = entry;
  const seconds = Math.min(HOLD_MS / 1000, Math.max(1, Math.ceil((entry.at - now) / 1000)));
  const line = { held: 'barHeld', sending: 'barSending', undoing: 'barUndoing' } as const;
  const word = phase === 'held' || phase === 'sending' || phase === 'undoing' ? line[phase] : 'barDone';
  const canUndo = phase === 'held' || ((phase === 'done' || phase === 'sending') && entry.undo !== '');
  return (
    <div className={`si-latest si-latest-${phase}`} data-phase={phase}>
      {phase === 'held' && (
        <i key={entry.key} className="si-latest-left" style={{ animationDuration: `${String(HOLD_MS)}ms` }} />
      )}
      <span>{say(word, { what, seconds })}</span>
      {phase === 'held' && (
        <Button size="small" type="text" onClick={runner.flush}>
          {say('sendNow')} <kbd>N</kbd>
        </Button>
      )}
      {canUndo && (
        <Button size="small" onClick={onUndo}>
          {say('undo')} <kbd>U</kbd>
        </Button>
      )}
    </div>
  );
}

interface WrongProps {
  entry: Entry;
  life: Lifecycle;
  what: string;
  onShow: (incident: Summary) => void;
}

function Wrong({ entry, life, what, onShow }: WrongProps) {
  const say = useWords(decisionWords);
  const failures = { away: 'failedAway', forbidden: 'failedForbidden', gone: 'failedGone' } as const;
  const known = failures[entry.problem as keyof typeof failures];
  const conflict = useConflict(entry, life);
  const drop = (): void => {
    runner.dismiss(entry.key);
  };
  return (
    <Alert
      type={entry.phase === 'refused' ? 'warning' : 'error'}
      showIcon
      title={conflict?.title ?? say('failedTitle', { what })}
      description={conflict?.told ?? (known === undefined ? entry.problem : say(known))}
      action={
        <span className="si-desk-actions">
          {entry.phase === 'failed' && known !== 'failedGone' && known !== 'failedForbidden' && (
            <Button
              size="small"
              onClick={() => {
                runner.retry(entry.key);
              }}
            >
              {say('again')}
            </Button>
          )}
          {known !== 'failedGone' && (
            <Button
              size="small"
              onClick={() => {
                onShow(entry.fresh ?? entry.incident);
                if (entry.phase === 'refused') drop();
              }}
            >
              {say('show')}
            </Button>
          )}
          <Button size="small" type="text" onClick={drop}>
            {say(entry.phase === 'refused' ? 'close' : 'drop')}
          </Button>
        </span>
      }
    />
  );
}

/** Who was first, with what, and that nothing typed is lost. */
function useConflict(entry: Entry, life: Lifecycle): { title: string; told: string } | null {
  const say = useWords(decisionWords);
  const text = useText();
  const language = useLanguage();
  const who = useWho();
  const now = useNow();
  const { fresh, incident } = entry;
  if (entry.phase !== 'refused' || fresh === null) return null;
  const last = fresh.decisions.at(-1);
  const state = text(life.states[fresh.state]) || fresh.state;
  const fill = {
    kind: text(incident.kind_name) || incident.kind,
    place: incident.camera.name || incident.camera.id,
    mine: actionOf(life, entry.decision.action, text),
    state,
  };
  const told =
    last === undefined
      ? say('conflictMoved', fill)
      : say('conflictTold', {
          ...fill,
          who: who(last),
          action: actionOf(life, last.action, text),
          time: shortTime(Date.parse(last.at), now, language),
        });
  return {
    title: say('conflictTitle', { who: last === undefined ? say('rule') : who(last), state }),
    told: entry.decision.note === '' ? told : `${told} ${say('conflictNote')}`,
  };
}

/** Who decided, in words. */
export function useWho(): (decision: Decision) => string {
  const say = useWords(decisionWords);
  const { session } = useSession();
  return ({ actor, by, rule }) => {
    if (by === 'platform') return say('city');
    if (by === 'system') return rule === '' ? say('rule') : say('byRule', { rule });
    return actor === session?.user ? say('you') : actor;
  };
}

export function actionOf(
  life: Lifecycle,
  name: string,
  text: (words: { zh: string; en: string } | undefined) => string,
): string {
  return text(life.actions.find((one) => one.name === name)?.words) || name;
}
