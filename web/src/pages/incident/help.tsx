/** The keys, for those who look them up. */
import { Modal } from 'antd';
import { useWords } from '~/i18n/words';
import { decisionWords, type DecisionWord } from './decision-words';

const KEYS: [string[], DecisionWord][] = [
  [['J', 'K', '↓', '↑'], 'keyMove'],
  [['Enter'], 'keyOpen'],
  [['1', '…', '6'], 'keyDecide'],
  [['1', '…', '9', '0'], 'keyChoose'],
  [['U', 'Ctrl+Z'], 'keyUndo'],
  [['N'], 'keyNow'],
  [['O'], 'keyBox'],
  [['B'], 'keyCompare'],
  [['Space'], 'keyClip'],
  [['Z'], 'keyZoom'],
  [['Esc'], 'keyClose'],
  [['?'], 'keyHelp'],
];

export function Help({ open, onClose }: { open: boolean; onClose: (open: false) => void }) {
  const say = useWords(decisionWords);
  return (
    <Modal
      open={open}
      title={say('keys')}
      footer={null}
      onCancel={() => {
        onClose(false);
      }}
    >
      <dl className="si-keys">
        {KEYS.map(([keys, word]) => (
          <div key={word}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{say(word)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
