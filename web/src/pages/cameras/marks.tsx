/** Small signs: which algorithm looks, and how far a change has come. */
import { CheckCircleFilled, DisconnectOutlined, EyeInvisibleOutlined, EyeOutlined, LoadingOutlined, PauseCircleOutlined } from '@ant-design/icons';
import { Flex, Tag, Tooltip } from 'antd';
import { useText, useWords } from '~/i18n/words';
import { progress } from './filter';
import { useNames, type Camera } from './queries';
import { words } from './words';

interface MarksProps {
  camera: Camera;
  /** Why it is blind is said elsewhere: the camera's own state. */
  told: boolean;
}

/** One tag for each algorithm of a camera: an eye when it looks, a struck one and why when not. */
export function AlgorithmMarks({ camera, told }: MarksProps) {
  const say = useWords(words);
  const text = useText();
  const nameOf = useNames();
  if (camera.algorithms.length === 0) return <span className="se-quiet">{say('noAlgorithms')}</span>;
  const reasons = [...new Set(camera.blind.map((id) => text(camera.because_words[id])))].filter((one) => one !== '');
  return (
    <Flex gap={4} wrap>
      {camera.algorithms.map((id) => {
        const blind = camera.blind.includes(id);
        const because = text(camera.because_words[id]) || text(camera.state_words);
        const why = blind ? say('blindWhy', { why: because }) : say('watching');
        return (
          <Tooltip key={id} title={why}>
            <Tag color={blind ? 'error' : 'success'} icon={blind ? <EyeInvisibleOutlined /> : <EyeOutlined />}>
              {text(nameOf(id))}
              <span className="se-hidden"> {why}</span>
            </Tag>
          </Tooltip>
        );
      })}
      {!told && reasons.length > 0 && <span className="se-sign-bad se-small se-reasons">{reasons.join(' ')}</span>}
    </Flex>
  );
}

interface AppliedProps {
  camera: Pick<Camera, 'applied' | 'enabled'>;
  revision: number | null;
  away: boolean;
}

/** Whether the worker runs what is wanted. */
export function AppliedMark({ camera, revision, away }: AppliedProps) {
  const say = useWords(words);
  const fill = { applied: camera.applied ?? 0, revision: revision ?? 0 };
  switch (progress(camera, revision, away)) {
    case 'off':
      return <Sign icon={<PauseCircleOutlined />} tip={say('offHint')} tone="quiet" text={say('off')} />;
    case 'applied':
      return <Sign icon={<CheckCircleFilled />} tip={say('appliedHint', fill)} tone="good" text={say('applied')} />;
    case 'applying':
      return <Sign icon={<LoadingOutlined />} tip={say('applyingHint', fill)} tone="soft" text={say('applying')} />;
    case 'away':
      return <Sign icon={<DisconnectOutlined />} tip={say('awayHint')} tone="bad" text={say('away')} />;
    case 'unknown':
      return <span className="se-quiet">–</span>;
  }
}

function Sign({ icon, tip, tone, text }: { icon: React.ReactNode; tip: string; tone: string; text: string }) {
  return (
    <Tooltip title={tip}>
      <span className={`se-sign se-sign-${tone}`}>
        {icon} {text}
      </span>
    </Tooltip>
  );
}
