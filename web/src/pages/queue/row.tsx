/** One incident in the list: what one needs to know before opening it. */
import { Tag, Tooltip } from 'antd';
import { memo } from 'react';
import { useWords } from '~/i18n/words';
import { KindTag, StateTag } from '~/parts/tags';
import { Duration, When } from '~/parts/when';
import { templateName } from '../incident/head';
import { PresenceMark } from '../incident/marks';
import { Still } from '../incident/still';
import type { Summary } from '../incident/types';
import { where } from '../incident/why';
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
  const sayIncident = useWords(incidentWords);
  const high = one.severity === 'high' || one.severity === 'critical';
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
          <strong>{one.camera.name || one.camera.id}</strong>
          <span className="sq-row-when">
            <When at={one.opened_at} />
          </span>
        </div>
        <div className="sq-row-line si-quiet">
          <span className="sq-row-where">{where(one.zone, sayIncident)}</span>
          <span className="sq-row-when">
            <Duration seconds={one.dwell_s} />
          </span>
        </div>
        <div className="sq-row-line">
          <PresenceMark incident={one} />
          {one.merged > 0 && (
            <Tooltip title={say('seenHint', { count: one.merged + 1 })}>
              <span className="sq-merged">{say('seen', { count: one.merged + 1 })}</span>
            </Tooltip>
          )}
          {one.template !== '' && <Tag color="purple">{templateName(one.template, sayIncident)}</Tag>}
          {(stated || one.state !== 'pending_review') && <StateTag state={one.state} />}
        </div>
      </div>
    </div>
  );
});
