/** Why it is rejected: one press on a number, a note before it if there is something to say. */
import { Button, Input, type InputRef } from 'antd';
import type { RefObject } from 'react';
import { useText, useWords } from '~/i18n/words';
import { useCommands } from './keyboard';
import { numberOf } from './keys';
import type { Lifecycle } from './types';
import { decisionWords } from './decision-words';

/** The reason that mutes a place for good. */
const FIXTURE = 'fixture';

interface ReasonsProps {
  life: Lifecycle;
  note: string;
  noteField: RefObject<InputRef | null>;
  onNote: (note: string) => void;
  onChoose: (reason: string) => void;
  onCancel: () => void;
}

export function Reasons({ life, note, noteField, onNote, onChoose, onCancel }: ReasonsProps) {
  const say = useWords(decisionWords);
  const text = useText();
  const reasons = Object.entries(life.reject_reasons);
  useCommands((asked) => {
    const chosen = asked.does === 'choose' ? reasons[asked.index] : undefined;
    if (chosen !== undefined) onChoose(chosen[0]);
    return asked.does === 'choose';
  });
  return (
    <section className="si-choice" aria-label={say('reasonTitle')}>
      <header>
        <strong>{say('reasonTitle')}</strong>
        <Button size="small" type="text" onClick={onCancel}>
          {say('cancel')} <kbd>Esc</kbd>
        </Button>
      </header>
      <div className="si-reasons">
        {reasons.map(([key, reason], index) => (
          <button
            type="button"
            key={key}
            data-reason={key}
            onClick={() => {
              onChoose(key);
            }}
          >
            <kbd>{numberOf(index)}</kbd>
            <span>
              {text(reason)}
              {key === FIXTURE && <small>{say('fixtureWarns')}</small>}
            </span>
          </button>
        ))}
      </div>
      <Input
        ref={noteField}
        value={note}
        maxLength={2000}
        placeholder={`${say('note')} · ${say('noteHint')}`}
        aria-label={say('note')}
        prefix={<kbd>N</kbd>}
        onChange={({ target }) => {
          onNote(target.value);
        }}
        onPressEnter={({ nativeEvent }) => {
          // Enter that ends a Chinese input is part of the writing.
          if (!nativeEvent.isComposing) noteField.current?.blur();
        }}
      />
    </section>
  );
}
