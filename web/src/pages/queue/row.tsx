/** One incident in the list: what one needs to know before opening it. */
import { Tag, Tooltip } from 'antd';
import { memo } from 'react';
import { useWords } from '~/i18n/words';
import { KindTag, StateTag } from '~/parts/tags';
import { Duration, When } from '~/parts/when';
import { isGrave, LevelTag, PresenceMark } from '../incident/marks';
import { Still } from '../incident/still';
import type { Summary } from '../incident/types';
import { zoneName } from '../incident/why';
import { words as incidentWords } from '../incident/words';
import { words } from './words';

interface RowProps {
  one: Summary;
  selected: boolean;
  /** The state is told only where rows of several states are listed. */
  stated: boolean;
  onSelect: (id: string) => void;
  onOld: () => void;
}

export const Row = memo(function Row({ one, selected, stated, onSelect, onOld }: RowProps) {
  const say = useWords(words);
  const zone = zoneName(one.zone);
  const high = isGrave(one.severity);
  return (
    <div
      id={`row-${one.id}`}
      role="option"
      aria-selected={selected}
      className={`sq-row${selected ? ' sq-row-selected' : ''}${high ? ' sq-row-high' : ''}`}
      data-incident={one.id}
      onClick={() => {
        onSelect(one.id);
      }}
    >
      <Still evidence={one.thumbnail ?? null} alt="" fit="cover" lazy onOld={onOld} />
      <div className="sq-row-text">
        <div className="sq-row-line">
          <KindTag kind={one.kind} name={one.kind_name} />
          <LevelTag incident={one} />
          {stated || one.state !== 'pending_review' ? <StateTag state={one.state} /> : null}
          <span className="sq-row-when si-quiet">
            <When at={one.opened_at} />
          </span>
        </div>
        <div className="sq-row-line">
          <strong title={one.camera.name}>{one.camera.name || one.camera.id}</strong>
          {zone !== '' && <span className="sq-row-where si-quiet">{zone}</span>}
          {one.template !== '' && (
            <span className="sq-row-when">
              <Template template={one.template} />
            </span>
          )}
        </div>
        <div className="sq-row-line">
          <PresenceMark incident={one} brief />
          <span className="sq-row-when si-quiet">
            {one.merged > 0 && (
              <Tooltip title={say('seenHint', { count: one.merged + 1 })}>
                <span>{say('seen', { count: one.merged + 1 })} · </span>
              </Tooltip>
            )}
            <Duration seconds={one.dwell_s} />
          </span>
        </div>
      </div>
    </div>
  );
});

/** Rows say it in one word; the hover says the rest. */
function Template({ template }: { template: string }) {
  const say = useWords(incidentWords);
  return (
    <Tooltip title={template === 'demo' ? say('demo') : say('template', { name: template })}>
      <Tag color="purple">{template === 'demo' ? say('demoShort') : template}</Tag>
    </Tooltip>
  );
}
