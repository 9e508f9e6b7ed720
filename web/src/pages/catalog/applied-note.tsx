/** After saving: do the cameras run it? Asked every second until they do. */
import { CheckCircleFilled, DisconnectOutlined, LoadingOutlined } from '@ant-design/icons';
import { useWords } from '~/i18n/words';
import { useWorker } from '../cameras/queries';
import { useAlgorithm, type Algorithm } from './queries';
import { words } from './words';

export interface Saved {
  algorithm: string;
  revision: number;
}

export function AppliedNote({ algorithm, saved: { revision } }: { algorithm: Algorithm; saved: Saved }) {
  const say = useWords(words);
  const { away } = useWorker(3000);
  const applied = algorithm.applied !== null && algorithm.applied >= revision;
  const waits = algorithm.cameras > 0 && !applied;
  useAlgorithm(algorithm.id, waits ? 1000 : undefined);
  if (algorithm.cameras === 0) return <span className="se-sign">{say('savedNoCamera', { revision })}</span>;
  if (away) {
    return <span className="se-sign se-sign-bad"><DisconnectOutlined /> {say('workerAway', { revision })}</span>;
  }
  return applied ? (
    <span className="se-sign se-sign-good" data-applied={revision}><CheckCircleFilled /> {say('appliedAll', { revision })}</span>
  ) : (
    <span className="se-sign se-sign-soft" role="status"><LoadingOutlined /> {say('applying', { revision })}</span>
  );
}
