/** Which incident this one repeats: chosen by its picture. */
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { api, ask } from '~/api/client';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Loaded } from '~/parts/loaded';
import { StateTag } from '~/parts/tags';
import { When } from '~/parts/when';
import { useCommands } from './keyboard';
import { numberOf } from './keys';
import { candidates, overlap } from './nearby';
import { Still } from './still';
import type { Incident, Page, Summary } from './types';
import { decisionWords } from './decision-words';

const MOST = 9;

interface DuplicatesProps {
  incident: Incident;
  onChoose: (original: string) => void;
  onCancel: () => void;
}

export function Duplicates({ incident, onChoose, onCancel }: DuplicatesProps) {
  const say = useWords(decisionWords);
  const query = { kind: [incident.kind], camera: [incident.camera.id], limit: 50 };
  const found = useQuery({
    queryKey: keys.incidents('near', query),
    queryFn: async () => (await ask(api.GET('/api/v1/incidents', { params: { query } }))) as Page,
  });
  const choices = candidates(incident, found.data?.incidents ?? [], MOST);
  useCommands((asked) => {
    const chosen = asked.does === 'choose' ? choices[asked.index] : undefined;
    if (chosen !== undefined) onChoose(chosen.id);
    return asked.does === 'choose';
  });
  const refetch = (): void => {
    void found.refetch();
  };
  return (
    <section className="si-choice" aria-label={say('originalIs')}>
      <header>
        <strong>{say('originalIs')}</strong>
        <Button size="small" type="text" onClick={onCancel}>
          {say('cancel')} <kbd>Esc</kbd>
        </Button>
      </header>
      <Loaded query={found} rows={2}>
        {() =>
          choices.length === 0 ? (
            <p className="si-quiet">{say('originalsNone')}</p>
          ) : (
            <div className="si-originals">
              {choices.map((one, index) => (
                <Choice
                  key={one.id}
                  one={one}
                  number={numberOf(index)}
                  near={overlap(one.box, incident.box) > 0}
                  onOld={refetch}
                  onChoose={onChoose}
                />
              ))}
            </div>
          )
        }
      </Loaded>
    </section>
  );
}

interface ChoiceProps {
  one: Summary;
  number: string;
  near: boolean;
  onOld: () => void;
  onChoose: (id: string) => void;
}

function Choice({ one, number, near, onOld, onChoose }: ChoiceProps) {
  const say = useWords(decisionWords);
  return (
    <button
      type="button"
      data-original={one.id}
      onClick={() => {
        onChoose(one.id);
      }}
    >
      <Still evidence={one.thumbnail ?? null} alt="" fit="cover" onOld={onOld}>
        <kbd>{number}</kbd>
      </Still>
      <span className="si-original-line">
        <When at={one.opened_at} as="clock" />
        <StateTag state={one.state} />
      </span>
      <small className="si-quiet">{say(near ? 'duplicateSame' : 'duplicateCamera')}</small>
    </button>
  );
}
