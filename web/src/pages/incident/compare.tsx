/** Before against now, under one slider. */
import { Slider } from 'antd';
import { useState } from 'react';
import { useWords } from '~/i18n/words';
import { Caption } from './stage';
import { Still, Words } from './still';
import type { Box, Evidence } from './types';
import { words } from './words';

interface CompareProps {
  pair: [Evidence, Evidence] | null;
  box: Box | null;
  onOld: () => void;
}

export function Compare({ pair, box, onOld }: CompareProps) {
  const say = useWords(words);
  const [at, setAt] = useState(50);
  if (pair === null) {
    return (
      <div className="si-still">
        <Words>{say('compareNone')}</Words>
      </div>
    );
  }
  const [before, now] = pair;
  return (
    <div
      className="si-compare"
      onPointerMove={({ currentTarget, clientX, buttons, pointerType }) => {
        if (pointerType !== 'mouse' && buttons === 0) return;
        const { left, width } = currentTarget.getBoundingClientRect();
        setAt(Math.min(100, Math.max(0, ((clientX - left) / width) * 100)));
      }}
    >
      <Still evidence={now} alt={say('viewLatest')} box={box} onOld={onOld}>
        <Caption evidence={now} side="right" />
      </Still>
      <div className="si-compare-over" style={{ clipPath: `inset(0 ${String(100 - at)}% 0 0)` }}>
        <Still evidence={before} alt={say('roleStart')} box={box} onOld={onOld}>
          <Caption evidence={before} />
        </Still>
      </div>
      <div className="si-compare-line" style={{ left: `${String(at)}%` }} aria-hidden />
      <Slider
        className="si-compare-slider"
        value={at}
        onChange={setAt}
        tooltip={{ open: false }}
        ariaLabelForHandle={say('slide')}
      />
    </div>
  );
}
