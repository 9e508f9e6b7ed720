/** Names the keys of deciding for the help that the shell shows. */
import { useMemo } from 'react';
import { useWords } from '~/i18n/words';
import { useKeyHelp } from '~/parts/help';
import { decisionWords, type DecisionWord } from './decision-words';

const KEYS: [string[], DecisionWord][] = [
  [['J', '↓'], 'keyNext'],
  [['K', '↑'], 'keyPrevious'],
  [['Enter'], 'keyOpen'],
  [['1', '…', '6'], 'keyDecide'],
  [['1', '…', '9', '0'], 'keyChoose'],
  [['U'], 'keyUndo'],
  [['Ctrl', 'Z'], 'keyUndo2'],
  [['N'], 'keyNow'],
  [['O'], 'keyBox'],
  [['B'], 'keyCompare'],
  [['Space'], 'keyClip'],
  [['Z'], 'keyZoom'],
];

export function useDecisionKeys(): void {
  const say = useWords(decisionWords);
  const section = useMemo(
    () => ({ title: say('verdict'), rows: KEYS.map(([press, word]) => ({ press, does: say(word) })) }),
    [say],
  );
  useKeyHelp(section);
}
